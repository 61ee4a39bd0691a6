"""Dunning on the screens: the proposal approved, stopped and resumed, handed over, set up."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Automation, CollectionCase, DunningEntry, DunningStage, Message, Role
from kutego.operations.dunning import send_due_letters
from kutego.operations.dunning_runs import ensure_standard_run, standard_run
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import hidden_fields, staff

PROPOSAL = "/buero/dunning_proposals/"
TODAY = clock.today()
ISSUED = TODAY - timedelta(days=45)  # 31 days late today


@pytest.fixture
def run(app):
    return ensure_standard_run(by=ANNA)


@pytest.fixture
def clerk(app, run):
    with clock.at(clock.noon(ISSUED)):
        employee = factories.employee(Role.OFFICE)
    return staff(app, employee)


def statements(call):
    """How many statements a call runs."""
    seen = []
    count = lambda *_args: seen.append(1)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_proposal_is_previewed_approved_and_then_empty(clerk):
    invoice = factories.invoice(on=ISSUED)
    page = clerk.get(PROPOSAL).text
    assert "1. Mahnung" in page
    assert "49,00" in page
    send = f"{PROPOSAL}{invoice.customer_id}/dun-customer/"
    assert f"1. Mahnung zu {invoice.number}" in clerk.get(send).text

    assert clerk.send(send).status_code == 302

    db.session.rollback()
    [entry] = db.session.scalars(select(DunningEntry)).all()
    assert (entry.invoice_id, entry.channel) == (invoice.id, "email")
    assert "Heute ist nichts zu mahnen" in clerk.get(PROPOSAL).text
    notices = clerk.get("/buero/dunning_notices/").text
    assert invoice.number in notices
    shown = clerk.get(f"/buero/invoices/{invoice.id}/").text
    assert "hat gemahnt (1. Mahnung" in shown
    assert "2. Mahnung, " in shown  # what comes next, and when
    message = db.session.scalar(select(Message).where(Message.template == "dunning"))
    assert message.subject in clerk.get(f"/buero/invoices/{invoice.id}/messages/").text
    late = clerk.get("/buero/invoices/?f.status=overdue&f.dunned=no&f.left_out=not_yet").text
    assert invoice.number in late
    page = f"/buero/invoices/{invoice.id}/"
    assert "Jetzt erinnern oder mahnen" in clerk.get(page).text
    clerk.send(f"{page}dun-invoice/")
    assert "Jetzt erinnern oder mahnen" not in clerk.get(page).text  # no stage is left


def test_the_preview_names_what_the_law_gives_against_a_business(clerk, run):
    with transaction():
        run.claims_interest = run.claims_lump_sum = True
    firm = factories.customer(is_company=True, company_name="Kuhn GmbH")
    with clock.at(clock.noon(TODAY - timedelta(days=90))):
        invoice = factories.invoice(factories.line("1000.00"), of=firm, on=clock.today())

    one = f"/buero/invoices/{invoice.id}/dun-invoice/"
    for form in (f"{PROPOSAL}{firm.id}/dun-customer/", one):
        told = clerk.get(form).text
        assert re.search(r"Verzugszinsen seit \d\d\.\d\d\.2026", told), form
        assert re.search(r"Verzugspauschale.*?40,00", told, re.DOTALL), form


def test_a_page_of_the_proposal_takes_as_many_statements_for_one_as_for_many(clerk):
    factories.invoice(on=ISSUED)
    clerk.get(PROPOSAL)
    one = statements(lambda: clerk.get(PROPOSAL))
    lists = "/buero/invoices/"
    for _each in range(9):
        factories.invoice(on=ISSUED)
    db.session.rollback()

    assert statements(lambda: clerk.get(PROPOSAL)) == one <= 15
    assert statements(lambda: clerk.get(lists)) <= 15


def test_an_invoice_is_stopped_resumed_and_handed_over(clerk):
    invoice = factories.invoice(on=ISSUED)
    page = f"/buero/invoices/{invoice.id}/"
    clerk.send(f"{page}stop-dunning/", reason="Streit um die Leistung")
    assert "Streit um die Leistung" in clerk.get(page).text
    assert invoice.number not in clerk.get(PROPOSAL).text
    clerk.send(f"{page}resume-dunning/", reason="Geklärt")
    with clock.at(clock.noon(TODAY - timedelta(days=5))):
        send_due_letters(invoice.customer, automatic=False, on=TODAY - timedelta(days=5), by=ANNA)

    form = clerk.send(f"{page}hand-over/", agency="Inkasso Nord")
    assert "wird nicht mehr gemahnt" in form.text  # said before it is done
    seen = hidden_fields(form.text, f"{page}hand-over/")
    clerk.post(f"{page}hand-over/", seen | {"agency": "Inkasso Nord"})

    db.session.rollback()
    case = db.session.scalar(select(CollectionCase))
    assert "Im Inkasso" in clerk.get(page).text
    packed = clerk.get(f"/buero/collection_cases/{case.id}/package/")
    names = zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    assert [name.rpartition(".")[2] for name in names] == ["csv", "xml", "pdf", "pdf"]
    assert "Paket herunterladen" in clerk.get("/buero/collection_cases/").text


def test_stages_are_the_owner_s_and_a_wrong_one_is_refused(app, run, clerk):
    new = f"/buero/dunning_runs/{standard_run().id}/stages/new/"
    assert clerk.get(new).status_code == 403
    owner = staff(app, factories.employee(Role.OWNER))
    stage = {
        "name": "Letzte Warnung", "kind": "notice", "days": "60", "new_due_days": "5",
        "fee": "7,50", "subject": "Letzte Warnung zu {{ rechnung }}", "is_active": "1",
        "text": "{{ rechnungen }}",
    }  # fmt: skip

    for wrong, words in (
        ({"kind": "reminder"}, "Eine Gebühr gibt es erst mit einer Mahnung"),
        ({"days": "35"}, "Eine Stufe nach 35 Tagen hat dieser Mahnlauf schon"),
        ({"text": "{{ geheim }}"}, "Den Platzhalter {{ geheim }} gibt es hier nicht"),
        ({"fee": "80"}, "zwischen 0,00"),
    ):
        answer = owner.send(new, **stage | wrong)
        assert answer.status_code == 422
        assert words in answer.text
    assert owner.send(new, **stage).status_code == 302

    db.session.rollback()
    assert db.session.scalar(select(DunningStage).where(DunningStage.days == 60)).fee > 7


def test_the_history_of_a_run_names_what_changed_as_its_page_does(clerk, run):
    save_record(run, {"automation": Automation.OFF}, by=ANNA)

    page = clerk.get(f"/buero/dunning_runs/{run.id}/").text

    assert "Von selbst: Nur Zahlungserinnerungen → Nichts" in page
    assert "automation" not in page


def test_notices_of_one_invoice_are_not_summed_up_and_have_no_xml(clerk):
    send_due_letters(factories.invoice(on=ISSUED).customer, automatic=False, on=TODAY, by=ANNA)

    page = clerk.get("/buero/dunning_notices/").text

    assert "1. Mahnung" in page
    assert "Summe" not in page
    assert "PDF als ZIP" in page
    assert "PDF und XML als ZIP" in clerk.get("/buero/invoices/").text


def test_a_notice_tells_by_which_way_it_went(clerk):
    [notice] = send_due_letters(
        factories.invoice(on=ISSUED).customer, automatic=False, on=TODAY, by=ANNA
    )

    page = clerk.get(f"/buero/dunning_notices/{notice.id}/messages/").text

    row = page[page.index("<tbody") :]
    assert ">E-Mail</span></a>" in row[: row.index("</tr>")]


def test_whoever_only_teaches_sees_none_of_it(app, run):
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    invoice = factories.invoice(on=DAY)

    for path in (
        PROPOSAL, "/buero/dunning_notices/", "/buero/dunning_runs/", "/buero/base_rates/",
        "/buero/collection_cases/", f"/buero/invoices/{invoice.id}/dunning/",
    ):  # fmt: skip
        assert teacher.get(path).status_code == 403, path
