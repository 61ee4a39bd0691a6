"""The history on the pages of the office: nothing unsaid, nothing in the words of the program."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

import kutego
from kutego.db import Base, db
from kutego.models import Activity, DepositKind, Role
from kutego.money import euro
from kutego.operations.billing import bill_contract
from kutego.operations.contract_dates import change_contract_dates
from kutego.operations.contracts import shift_contract
from kutego.operations.credit import deposit_credit
from kutego.operations.terminations import resume_contract, terminate_contract
from kutego.views import OFFICE
from kutego.views.office.history_sentences import SENTENCES
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import staff

LOGGED = re.compile(r'log_activity\(\s*\w+,\s*"(\w+\.\w+)"')


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def history_of(clerk, contract):
    page = clerk.get(f"/buero/contracts/{contract.id}/").text
    return page[page.index("Verlauf</h2>") :]


def test_everything_that_is_noted_has_a_sentence():
    code = Path(kutego.__file__).parent.rglob("*.py")
    noted = {action for path in code for action in LOGGED.findall(path.read_text())}

    assert len(noted) > 40
    assert noted - set(SENTENCES) == set()
    # master data is created and changed by one operation for all tables
    house = {
        f"{view.model.__tablename__}.{done}"
        for view in OFFICE
        if view.form_columns
        for done in ("created", "changed")
        if view.creates or done == "changed"
    }
    assert len(house) > 30
    assert house - set(SENTENCES) == set()


def test_every_line_about_a_customer_s_record_stands_in_the_customer_s_history(demo_app):
    of_customers = [
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if "customer_id" in mapper.columns and not mapper.columns["customer_id"].nullable
    ]
    lost = select(Activity.action).where(
        Activity.subject_type.in_(of_customers), Activity.customer_id.is_(None)
    )

    assert set(db.session.scalars(lost)) == set()


def test_the_history_of_a_contract_tells_every_period_with_its_invoice(clerk):
    contract = factories.contract(starts_on=date(2026, 1, 31))
    first = contract.periods[0].invoice
    [second] = bill_contract(contract, on=date(2026, 3, 1), by=ANNA)
    db.session.expire_all()

    told = history_of(clerk, contract)

    for invoice, period in (
        (first, "Zeitraum 31.01.2026 bis 27.02.2026"),
        (second, "Zeitraum 28.02.2026 bis 30.03.2026"),
    ):
        assert f"hat Rechnung {invoice.number} über {euro(invoice.total)} ausgestellt" in told
        assert period in told


def test_the_history_of_a_contract_says_where_its_dates_went(clerk):
    contract = factories.contract(starts_on=date(2026, 1, 1))
    shift_contract(contract, months=1, reason="Umbau", on=date(2026, 1, 2), by=ANNA)
    shift_contract(contract, months=-1, reason="Doch nicht", on=date(2026, 1, 2), by=ANNA)
    change_contract_dates(
        contract, ends_on=date(2026, 2, 9), next_invoice_on=date(2026, 2, 10),
        on=date(2026, 1, 2), by=ANNA,
    )  # fmt: skip
    terminate_contract(contract, received_on=date(2026, 1, 2), on=date(2026, 1, 2), by=ANNA,
                       confirmed=frozenset({"billed"}))  # fmt: skip
    end = contract.terminated_to
    resume_contract(contract, on=date(2026, 1, 2), by=ANNA)

    told = history_of(clerk, contract)

    assert "um 1 Monat verschoben: Ende 31.01.2026 → 28.02.2026" in told
    assert "um 1 Monat zurück verschoben: Ende 28.02.2026 → 31.01.2026" in told
    assert "nächste Rechnung 01.02.2026 → 10.02.2026" in told
    assert f"hat den Vertrag zum {end:%d.%m.%Y} gekündigt" in told
    assert f"hat die Kündigung zum {end:%d.%m.%Y} zurückgenommen" in told


def test_a_deposit_names_its_receipt_where_it_has_one(clerk):
    customer = factories.customer()
    for kind in (DepositKind.GOODWILL, DepositKind.ON_SITE):
        deposit_credit(
            customer, amount=Decimal("20.00"), kind=kind, received_on=DAY, text="", on=DAY, by=ANNA
        )

    page = clerk.get(f"/buero/customers/{customer.id}/").text

    assert page.count("hat 20,00\u00a0€ Guthaben eingezahlt") == 2
    assert page.count("eingezahlt (Quittung Q-2026-0001)") == 1
    assert "(Quittung –)" not in page
