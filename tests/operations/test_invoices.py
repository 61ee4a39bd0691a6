"""Invoices: drafted, issued once, corrected while they are open."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import ConcurrentChange, DomainError, NeedsConfirmation
from kutego.models import (
    Contract,
    CourseKind,
    DraftPosition,
    Enrolment,
    EnrolmentState,
    Invoice,
    InvoiceState,
    Message,
    NumberKind,
    NumberRange,
    PaymentMethod,
    PositionKind,
    Rendition,
)
from kutego.operations.customers import lock_customer
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import (
    as_input,
    delete_draft,
    issue_invoice,
    resend_invoice,
    save_draft,
)
from kutego.operations.master_data import save_record
from kutego.operations.payments import record_payment
from kutego.operations.positions import PositionInput
from kutego.operations.verification import verify
from tests import factories
from tests.everything import deposit
from tests.factories import ANNA, DAY, line
from tests.racing import in_processes, in_threads

pytestmark = pytest.mark.usefixtures("app")

BIG = Decimal("9999999.99")


def edit(invoice, *lines, **values):
    defaults = {"reason": "Preis war falsch", "on": DAY, "by": ANNA}
    return edit_invoice(invoice, positions=list(lines), **defaults | values)


def issue(draft, **values):
    return issue_invoice(draft, **{"on": DAY, "by": ANNA} | values)


def course_line(dog, course, **values):
    return line(
        "149.00", kind=PositionKind.COURSE, text=course.title, participant_id=dog.id,
        course_date_id=course.id, **values,
    )  # fmt: skip


def kept(invoice):
    return [as_input(position) for position in invoice.current.positions]


# --- what no invoice can have -----------------------------------------------------------------


@pytest.mark.parametrize(
    "values,match",
    [
        ({"text": " "}, "Text eingeben"),
        ({"text": "x" * 501}, "höchstens 500"),
        ({"unit_price": Decimal("NaN")}, "Preis"),
        ({"unit_price": Decimal("1.005")}, "Preis"),
        ({"unit_price": BIG + 1}, "Preis"),
        ({"quantity": Decimal("0.00")}, "Menge"),
        ({"quantity": Decimal("10001.00")}, "Menge"),
        ({"quantity": Decimal("Infinity")}, "Menge"),
        ({"discount_percent": Decimal("100.01")}, "Rabatt"),
        ({"discount_percent": Decimal("-1.00")}, "Rabatt"),
        ({"vat_rate": Decimal("16.00")}, "Steuersatz"),
        ({"period_first": DAY, "period_last": DAY - timedelta(days=1)}, "Zeitraum"),
        ({"kind": PositionKind.COURSE}, "Kurstermin"),
        ({"participant_id": 4711}, "gehört nicht zu diesem Kunden"),
        ({"kind": PositionKind.PRODUCT}, "ein Produkt auswählen"),
        ({"kind": PositionKind.PRODUCT, "product_id": 4711}, "gibt es nicht"),
        ({"kind": PositionKind.COURSE, "contract_id": 4711}, "Vertrag gehört nicht"),
        ({"unit_price": -BIG}, "Gesamtbetrag"),
        ({"unit_price": BIG, "quantity": Decimal("2.00")}, "Gesamtbetrag"),
    ],
)
def test_a_line_that_cannot_be_is_refused(values, match):
    with pytest.raises(DomainError, match=match):
        factories.draft(PositionInput(**vars(line()) | values))
    assert db.session.scalars(select(Invoice)).all() == []


def test_a_document_has_between_one_and_two_hundred_lines():
    owner = factories.customer()
    for lines in ([], [line()] * 201):
        with pytest.raises(DomainError, match="Position"):
            save_draft(owner, positions=lines, payment_method=PaymentMethod.PAYPAL, on=DAY, by=ANNA)


def test_a_participant_or_contract_of_somebody_else_is_refused():
    stranger, contract = factories.participant(), factories.contract()

    for values in ({"participant_id": stranger.id}, {"contract_id": contract.id}):
        with pytest.raises(DomainError, match="gehört nicht zu diesem Kunden"):
            factories.draft(line(kind=PositionKind.COURSE, **values))


def test_two_lines_cannot_be_the_same_position():
    with pytest.raises(DomainError, match="passen nicht zusammen"):
        factories.draft(line(key="p1"), line(key="p1"))


@pytest.mark.parametrize("wish", ["49.01", "-0.01", "0.001", "NaN"])
def test_credit_pays_at_most_the_invoice(wish):
    with pytest.raises(DomainError, match="Guthaben"):
        factories.draft(credit_to_use=Decimal(wish))


# --- drafts -----------------------------------------------------------------------------------


def test_a_draft_has_no_number_and_takes_no_place():
    course, dog = factories.course_date(capacity=1), factories.participant()

    draft = factories.draft(course_line(dog, course), of=dog.customer)

    assert (draft.state, draft.number, draft.total) == (InvoiceState.DRAFT, None, Decimal("149.00"))
    assert draft.open_amount == draft.customer.open_amount == 0
    assert db.session.scalars(select(Enrolment)).all() == []


def test_a_deleted_draft_leaves_no_trace_in_the_numbers():
    draft = factories.draft()

    delete_draft(draft, on=DAY, by=ANNA)

    assert db.session.scalars(select(DraftPosition)).all() == []
    assert factories.invoice().number == "R-2026-00001"
    assert list(verify()) == []


def test_the_second_of_two_clerks_is_told():
    draft = factories.draft()
    opened = draft.revision
    again = {"positions": [line("10.00")], "payment_method": PaymentMethod.PAYPAL}
    save_draft(draft.customer, invoice=draft, revision=opened, on=DAY, by=ANNA, **again)

    with pytest.raises(ConcurrentChange, match="inzwischen geändert"):
        save_draft(draft.customer, invoice=draft, revision=opened, on=DAY, by=ANNA, **again)


def test_an_issued_invoice_is_no_draft_any_more():
    invoice = factories.invoice()

    with pytest.raises(DomainError, match="kein Entwurf"):
        save_draft(invoice.customer, invoice=invoice, positions=[line()], on=DAY, by=ANNA,
                   payment_method=PaymentMethod.PAYPAL)  # fmt: skip
    with pytest.raises(DomainError, match="ausgestellt und bleibt"):
        delete_draft(invoice, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon ausgestellt"):
        issue(invoice)


# --- issuing ----------------------------------------------------------------------------------


def test_issuing_numbers_freezes_and_mails():
    invoice = factories.invoice(line("100.00"), line("50.00", vat_rate=Decimal("7.00")))

    snapshot = invoice.current.snapshot
    assert invoice.number == snapshot["number"] == "R-2026-00001"
    assert (invoice.due_on - invoice.issued_on).days == 14
    assert (snapshot["gross"], snapshot["due"], snapshot["type_code"]) == (
        "150.00", "150.00", "380",
    )  # fmt: skip
    assert invoice.open_amount == invoice.customer.open_amount == Decimal("150.00")
    mail = db.session.scalars(select(Message)).one()
    assert (mail.recipient, len(mail.attachments)) == (invoice.customer.email, 2)


def test_a_block_course_says_when_it_is_held():
    course, dog = factories.course_date(), factories.participant()
    late = course.starts_on + timedelta(days=14)
    draft = factories.draft(course_line(dog, course), of=dog.customer)
    save_record(course, {"ends_on": course.ends_on + timedelta(days=7)}, by=ANNA)

    issued = issue(draft).current.snapshot["positions"][0]
    joined = factories.invoice(
        course_line(factories.participant(dog.customer), course, starts_on=late), of=dog.customer
    ).current.snapshot["positions"][0]

    days = course.starts_on.isoformat(), course.ends_on.isoformat()
    assert (issued["period_first"], issued["period_last"]) == days
    assert (joined["period_first"], joined["period_last"]) == (late.isoformat(), days[1])


def test_chosen_credit_is_a_deduction_and_no_discount():
    owner = factories.customer()
    deposit(owner, "30.00")

    invoice = factories.invoice(of=owner, credit_to_use=Decimal("20.00"))

    snapshot = invoice.current.snapshot
    assert (snapshot["gross"], snapshot["prepaid"], snapshot["due"]) == ("49.00", "20.00", "29.00")
    assert (owner.credit, invoice.open_amount) == (Decimal("10.00"), Decimal("29.00"))


def test_credit_that_is_gone_meanwhile_stops_the_draft():
    owner = factories.customer()
    deposit(owner, "30.00")
    draft = factories.draft(of=owner, credit_to_use=Decimal("20.00"))
    factories.invoice(of=owner, credit_to_use=Decimal("30.00"))

    with pytest.raises(DomainError, match="inzwischen nur 0,00"):
        issue(draft)
    assert draft.state is InvoiceState.DRAFT


def test_a_full_course_and_a_double_place_are_asked_about():
    course = factories.course_date(capacity=1)
    dog = factories.participant()
    factories.invoice(course_line(dog, course), of=dog.customer)
    again = factories.draft(course_line(dog, course), of=dog.customer)

    for confirmed, code in ((set(), "full"), ({"full"}, "double")):
        with pytest.raises(NeedsConfirmation) as asked:
            issue(again, confirmed=frozenset(confirmed))
        assert asked.value.code == code
    issue(again, confirmed=frozenset({"full", "double"}))

    assert len(db.session.scalars(select(Enrolment)).all()) == 2
    last = select(NumberRange.last).where(NumberRange.kind == NumberKind.INVOICE)
    assert db.session.scalars(last).one() == 2


def test_a_locked_customer_takes_no_place_but_may_be_billed():
    dog = factories.participant()
    booking = factories.draft(course_line(dog, factories.course_date()), of=dog.customer)
    plain = factories.draft(of=dog.customer)
    lock_customer(dog.customer, reason="zahlt nicht", on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="gesperrt"):
        issue(booking)
    assert issue(plain).number == "R-2026-00001"


def test_selling_a_term_makes_the_contract():
    contract = factories.contract(starts_on=DAY)

    invoice = db.session.scalars(select(Invoice)).one()
    position = invoice.current.positions[0]
    assert (contract.starts_on, contract.next_invoice_on) == (DAY, DAY.replace(month=12))
    assert (position.period_first, position.period_last) == (contract.starts_on, contract.ends_on)
    assert position.contract_id == invoice.contract_id == contract.id


# --- correcting -------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_that_names_the_one_before():
    invoice = factories.invoice()

    version = edit(invoice, *kept(invoice), line("10.00"), send_mail=True)

    assert (version.number, invoice.number) == ("R-2026-00001-2", "R-2026-00001")
    assert version.snapshot["type_code"] == "384"
    assert version.snapshot["preceding"]["number"] == "R-2026-00001"
    assert [v.total for v in invoice.versions] == [Decimal("49.00"), Decimal("59.00")]
    assert invoice.open_amount == invoice.customer.open_amount == Decimal("59.00")
    assert len(db.session.scalars(select(Rendition)).all()) == 4
    assert [p.key for p in invoice.current.positions] == ["p1", "p2"]


@pytest.mark.parametrize("reason", ["", " ", "x" * 501])
def test_a_correction_needs_a_reason(reason):
    with pytest.raises(DomainError, match="Grund"):
        edit(factories.invoice(), line(), reason=reason)


def test_only_an_open_invoice_is_corrected_and_never_below_what_is_paid():
    invoice = factories.invoice()
    with pytest.raises(DomainError, match="bearbeitet"):
        edit(factories.draft(), line())
    with pytest.raises(DomainError, match="nicht älter"):
        edit(invoice, line(), on=DAY - timedelta(days=1))
    pay(invoice, "30.00")
    with pytest.raises(DomainError, match="Es sind schon 30,00"):
        edit(invoice, line("29.99"))
    edit(invoice, line("30.00"))
    with pytest.raises(DomainError, match="nicht mehr offen"):
        edit(invoice, line("60.00"))


def pay(invoice, amount):
    return record_payment(
        invoice, amount=Decimal(amount), method=PaymentMethod.PAYPAL, paid_on=DAY, on=DAY, by=ANNA
    )


@pytest.mark.parametrize("amount", ["-1.00", "0.005", "NaN"])
def test_credit_in_a_correction_is_an_amount(amount):
    with pytest.raises(DomainError, match="Guthaben"):
        edit(factories.invoice(), line(), use_credit_amount=Decimal(amount))


def test_credit_is_assigned_to_one_invoice_by_correcting_it():
    invoice = factories.invoice()
    deposit(invoice.customer, "20.00")

    version = edit(invoice, *kept(invoice), use_credit_amount=Decimal("15.00"))

    assert version.snapshot["due"] == "34.00"
    assert (invoice.open_amount, invoice.customer.credit) == (Decimal("34.00"), Decimal("5.00"))


def test_a_new_version_deducts_what_was_paid_before():
    invoice = factories.invoice()
    pay(invoice, "9.00")

    snapshot = edit(invoice, *kept(invoice)).snapshot

    assert [(d["kind"], d["amount"]) for d in snapshot["deductions"]] == [("payment", "9.00")]
    assert snapshot["due"] == "40.00"


def test_a_removed_position_gives_the_place_back_and_a_new_one_takes_one():
    owner = factories.customer()
    dog = factories.participant(owner)
    puppies, agility = factories.course_date(), factories.course_date(title="Agility")
    invoice = factories.invoice(course_line(dog, puppies), line(), of=owner)

    with pytest.raises(NeedsConfirmation) as asked:
        edit(invoice, kept(invoice)[1], course_line(dog, agility))
    assert asked.value.details == ("Bello verlässt „Welpenkurs“.",)
    edit(invoice, kept(invoice)[1], course_line(dog, agility), confirmed=frozenset({"leave"}))

    states = {p.course_date.title: p.state for p in db.session.scalars(select(Enrolment))}
    assert states == {"Welpenkurs": EnrolmentState.REMOVED, "Agility": EnrolmentState.ACTIVE}
    assert [p.key for p in invoice.current.positions] == ["p2", "p3"]


def test_whoever_removes_the_place_of_a_contract_reads_that_the_contract_goes_on():
    contract = factories.contract(starts_on=DAY)
    invoice = db.session.scalars(select(Invoice)).one()

    with pytest.raises(NeedsConfirmation) as asked:
        edit(invoice, line("60.00"))

    assert f"Vertrag {contract.number} läuft weiter und wird weiter abgerechnet." in (
        asked.value.details
    )
    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.ACTIVE


def test_a_new_course_in_a_correction_is_asked_about_and_makes_its_contract():
    owner = factories.customer()
    dog = factories.participant(owner)
    full = factories.full_course(kind=CourseKind.RUNNING, price=None, starts_on=DAY, ends_on=None)
    sold = course_line(dog, full, term_template_id=factories.term_template().id, starts_on=DAY)
    invoice = factories.invoice(of=owner)

    with pytest.raises(NeedsConfirmation):
        edit(invoice, *kept(invoice), sold)
    assert db.session.scalars(select(Contract)).all() == []
    edit(invoice, *kept(invoice), sold, confirmed=frozenset({"full"}))

    assert db.session.scalars(select(Contract)).one().customer_id == owner.id


def test_a_position_keeps_its_course_and_participant():
    owner = factories.customer()
    dog, cat = factories.participant(owner), factories.participant(owner, first_name="Mieze")
    invoice = factories.invoice(course_line(dog, factories.course_date()), of=owner)
    other = PositionInput(**vars(kept(invoice)[0]) | {"participant_id": cat.id})

    with pytest.raises(DomainError, match="lässt sich nicht ändern"):
        edit(invoice, other)


def test_a_position_that_the_version_before_did_not_have_is_not_continued():
    with pytest.raises(DomainError, match="passen nicht zusammen"):
        edit(factories.invoice(), line(key="p7"))


# --- sending again ----------------------------------------------------------------------------


def test_a_resend_goes_to_the_address_of_the_invoice_or_of_today():
    invoice = factories.invoice()
    before = invoice.email
    save_record(invoice.customer, {"email": "neu@example.org"}, by=ANNA)

    old = resend_invoice(invoice, to_current=False, on=DAY, by=ANNA)
    new = resend_invoice(invoice, to_current=True, on=DAY, by=ANNA)

    assert (old.recipient, new.recipient) == (before, "neu@example.org")
    with pytest.raises(DomainError, match="Entwurf"):
        resend_invoice(factories.draft(), to_current=True, on=DAY, by=ANNA)


# --- at the same time -------------------------------------------------------------------------


def issue_by_id(invoice_id):
    return issue(db.session.get(Invoice, invoice_id)).number


@pytest.mark.parametrize("at_once,count", [(in_threads, 6), (in_processes, 3)])
def test_a_draft_is_issued_once_however_many_click(app, at_once, count):
    id_ = factories.draft().id

    calls = [lambda: issue_by_id(id_)] * count
    results = at_once(app, *(calls if at_once is in_threads else [(issue_by_id, id_)] * count))

    assert results.count("R-2026-00001") == 1
    db.session.rollback()
    assert db.session.scalars(select(NumberRange.last).where(
        NumberRange.kind == NumberKind.INVOICE)).one() == 1  # fmt: skip
    assert list(verify()) == []


def test_the_last_place_is_given_once(app):
    course = factories.course_date(capacity=1)
    drafts = []
    for _ in range(4):
        dog = factories.participant()
        drafts.append(factories.draft(course_line(dog, course), of=dog.customer).id)

    results = in_threads(app, *[lambda id_=id_: issue_by_id(id_) for id_ in drafts])

    assert sum(isinstance(result, NeedsConfirmation) for result in results) == 3
    assert results.count("R-2026-00001") == 1
    db.session.rollback()
    assert len(db.session.scalars(select(Enrolment)).all()) == 1
    assert list(verify()) == []
