"""The page of a contract: its dates put right by hand, with a warning where they do not fit."""

import re
from datetime import date

import pytest

from kutego import clock
from kutego.db import db
from kutego.models import Role
from kutego.operations.billing import bill_contract
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contracts import shift_contract
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import hidden_fields, staff

DATES = "/buero/contracts/{}/change-contract-dates/"


@pytest.fixture
def clerk(app, contract):
    return staff(app, factories.employee(Role.OFFICE))


@pytest.fixture
def contract(app):
    with clock.at(clock.noon(date(2026, 11, 1))):
        return factories.contract(starts_on=date(2026, 11, 1))


def test_who_changes_the_end_alone_gets_dates_without_a_gap(clerk, contract):
    answer = clerk.send(DATES.format(contract.id), ends_on="2026-12-14")

    assert answer.status_code == 302, answer.text
    db.session.rollback()  # what was read before is read anew
    assert contract.next_invoice_on == date(2026, 12, 15)


def test_a_gap_is_warned_of_with_the_day_that_would_fit_and_shows_once_it_is_meant(clerk, contract):
    form, page = DATES.format(contract.id), f"/buero/contracts/{contract.id}/"
    dates = {"ends_on": "2026-11-30", "next_invoice_on": "2027-01-01"}
    assert "Lücke</span>" not in clerk.get(page).text

    asked = clerk.send(form, **dates)

    assert "Lückenlos wäre der 01.12.2026" in asked.text
    assert clerk.post(form, {**hidden_fields(asked.text), **dates}).status_code == 302
    assert "Lücke</span>" in clerk.get(page).text


def test_the_office_closes_for_two_weeks_with_one_button(clerk, contract):
    page = "/buero/contracts/do/close-business/"
    dates = {"first": "2026-12-10", "last": "2026-12-23", "reason": "Ferien", "location": ""}
    assert page in clerk.get("/buero/contracts/").text

    asked = clerk.send(page, **dates)
    assert "Ein Vertrag ruht vom 10.12.2026 bis 23.12.2026 (14 Tage)" in asked.text
    assert f"{contract}, {contract.customer.name}: Rechnung wie bisher am 01.12.2026" in asked.text
    answer = clerk.post(page, {**hidden_fields(asked.text), **dates})

    assert re.search(r"/mass-runs/\d+/", answer.location), answer.text


def test_the_mails_about_a_contract_and_its_invoices_stand_in_a_tab(clerk, contract):
    other = factories.contract(starts_on=date(2026, 11, 1))
    shift_contract(contract, months=1, notify=True, reason="Reise", on=DAY, by=ANNA)
    bill_contract(contract, on=contract.next_invoice_on, by=ANNA)
    first, second = (period.invoice for period in contract.periods)
    undone = cancel_positions(
        second, positions=None, reason="Doppelt", send_mail=True, on=second.issued_on, by=ANNA
    )

    page = clerk.get(f"/buero/contracts/{contract.id}/messages/").text

    subjects = re.findall(r">(Ihre? [^<]+|Stornorechnung [^<]+)</a>", page)
    assert subjects == [
        f"Stornorechnung {undone.number} zu {second.number}",
        f"Ihre Rechnung {second.number}",
        f"Ihr Vertrag {contract.number} wurde verschoben",
        f"Ihre Rechnung {first.number}",
    ]
    assert other.periods[0].invoice.number not in page
    teacher = staff(clerk.client.application, factories.employee(Role.INSTRUCTOR))
    assert teacher.get(f"/buero/contracts/{contract.id}/messages/").status_code == 403
