"""The demo: every kind of thing is there, it is the same each time, and `verify` holds."""

import shutil
from datetime import date

import pytest
from sqlalchemy import func, select

from kutego import clock, create_core, demo
from kutego.db import db
from kutego.models import (
    Cancellation,
    CollectionCase,
    Contract,
    ContractState,
    CourseDate,
    CreditEntry,
    Customer,
    DepositKind,
    DocumentKind,
    DunningEntry,
    Employee,
    EntryKind,
    Format,
    Invoice,
    InvoiceVersion,
    Message,
    MessageState,
    Offer,
    OfferState,
    Participant,
    PaymentStatus,
    Rendition,
    Role,
    StageKind,
    payment_status_is,
)
from kutego.operations.attachments import attached
from kutego.operations.dunning_plan import letters
from kutego.operations.verification import verify
from kutego.rendering.invoice_xml import to_cii
from tests.conftest import SECRET
from tests.present import DAY as TODAY
from tests.rendering.en16931 import broken_rules


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def essence():
    """What tells one demo from another."""
    invoices = select(Invoice.number, Invoice.total, Invoice.paid, Invoice.due_on)
    customers = select(Customer.number, Customer.search, Customer.credit)
    return [db.session.execute(query).all() for query in (invoices, customers)]


def load(folder, template, customers, seed=1):
    folder.mkdir()
    shutil.copy(template, folder / "kutego.db")
    app = create_core(
        database_url=f"sqlite:///{folder}/kutego.db", instance=folder, secret_key=SECRET
    )
    with app.app_context():
        demo.load(customers, seed=seed, on=TODAY)
        db.session.remove()
    return app


def test_the_demo_holds_everything_the_office_can_make(demo_app):
    assert {e.role for e in db.session.scalars(select(Employee))} == set(Role)
    assert count(CourseDate) >= 13  # twelve, a follow-up, and what others add
    assert count(Participant) > 40
    assert {o.state for o in db.session.scalars(select(Offer))} == set(OfferState)
    kinds = set(db.session.scalars(select(CreditEntry.payment_kind).distinct())) - {None}
    assert kinds >= {DepositKind.OPENING_BALANCE, DepositKind.GOODWILL, DepositKind.ON_SITE}
    for status in (PaymentStatus.PAID, PaymentStatus.OPEN, PaymentStatus.OVERDUE):
        assert count(Invoice, payment_status_is(status, TODAY)), status
    assert count(Cancellation)
    assert max(c.billing_day for c in db.session.scalars(select(Contract))) >= 28
    assert count(Customer, Customer.country != "DE")
    assert count(Customer, Customer.is_company)
    assert set(db.session.scalars(select(DunningEntry.kind))) == set(StageKind)
    assert count(DunningEntry, DunningEntry.fee > 0)
    assert {letter.stage.kind for letter in letters(TODAY)} == {StageKind.NOTICE}  # to be approved
    assert count(CollectionCase) == 1


def test_the_demo_holds_what_goes_wrong_in_a_year(demo_app):
    assert count(Contract, Contract.state == ContractState.CANCELLED)
    assert count(Invoice, Invoice.cancelled > 0, Invoice.cancelled < Invoice.total)
    assert count(CreditEntry, CreditEntry.kind == EntryKind.REVERSAL) == 1
    states = {state: count(Message, Message.state == state) for state in MessageState}
    assert states.pop(MessageState.SENT) > 100
    assert {state for state, many in states.items() if many} == {
        MessageState.FAILED, MessageState.UNCLEAR, MessageState.DELIVERED,
    }  # fmt: skip
    assert (states[MessageState.FAILED], states[MessageState.UNCLEAR]) == (1, 1)


def test_confirmations_of_the_demo_carry_the_house_rules(demo_app):
    accepted = db.session.scalars(select(Message).where(Message.template == "offer_accepted"))
    assert {attached(mail)[-1].name for mail in accepted} == {"Hausordnung.pdf"}


def test_other_dice_make_another_demo_and_no_poorer_one(tmp_path, sqlite_template, demo_app):
    first = essence()
    app = load(tmp_path / "other", sqlite_template, 40, seed=2)

    with app.app_context():
        assert essence() != first
        test_the_demo_holds_what_goes_wrong_in_a_year(app)
        db.session.remove()
        db.engine.dispose()


def test_verify_holds_over_the_demo(demo_app):
    assert list(verify()) == []


def test_the_same_seed_and_day_give_the_same_business(tmp_path, sqlite_template, demo_app):
    first = essence()
    app = load(tmp_path / "again", sqlite_template, 40)

    with app.app_context():
        assert essence() == first
        db.session.remove()
        db.engine.dispose()


def test_every_invoice_of_the_demo_year_is_a_valid_e_invoice(demo_app):
    for model in (InvoiceVersion, Cancellation):
        for document in db.session.scalars(select(model)):
            xml = to_cii(document.snapshot)
            assert broken_rules(xml) == [], document.number


def test_every_document_waits_for_its_renditions(demo_app):
    wanted = 2 * (count(InvoiceVersion) + count(Cancellation))
    found = count(Rendition, Rendition.kind.in_([DocumentKind.INVOICE, DocumentKind.CANCELLATION]))
    assert found == wanted
    assert count(Rendition, Rendition.format == Format.XML) == wanted / 2


@pytest.mark.timeout(600)
def test_rows_written_in_bulk_are_what_the_operations_would_have_written(
    tmp_path, sqlite_template, monkeypatch
):
    monkeypatch.setattr(demo, "THROUGH_OPERATIONS", 10)

    app = load(tmp_path / "many", sqlite_template, 60)

    with app.app_context():
        assert list(verify()) == []
        people = 60 + 4 + 5 + 4 + 2  # staff, leads, imports and doubles, leavers
        assert count(Customer) == people
        assert count(Invoice, Invoice.issued_on < date(2025, 11, 23)) == 4 * 50
        db.session.remove()
        db.engine.dispose()


def test_nothing_of_the_demo_lies_in_the_future(demo_app):
    assert count(Invoice, Invoice.issued_on > TODAY) == 0
    with clock.at(clock.noon(TODAY)):
        assert count(Customer, Customer.created_at > clock.now()) == 0
