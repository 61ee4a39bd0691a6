"""Customers leave: deleted while nothing was booked, else anonymised (CUS-30 to 34, LAW-05)."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Activity,
    ActivityDetail,
    CustomerState,
    DepositKind,
    DiscardedFile,
    Enrolment,
    Invoice,
    Message,
    MessageState,
    PositionKind,
    ThreadKind,
    chained_models,
)
from kutego.models.impersonal_tables import APART
from kutego.models.personal import Deletion, Erasure, rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.credit import deposit_credit
from kutego.operations.deletions import LOST, delete_customer
from kutego.operations.enrolment_changes import take_out
from kutego.operations.erasures import erase_customer
from kutego.operations.leaving import departure_of
from kutego.operations.master_data import save_record
from kutego.operations.payments import record_payment
from kutego.operations.threads import new_thread, write_to_customer
from kutego.operations.verification import verify
from tests import factories, personal
from tests.factories import ANNA, DAY
from tests.personal import SECRET

# What may still be read of a customer who was anonymised: who of us did it, wordings, keys.
STAFF_AND_KEYS = {
    "appointment.created_by", "appointment.position_key", "booking.cancelled_keys",
    "booking.number",
    "collection_case.agency", "collection_case.reference", "collection_case.statement",
    "day_compensation.position_key", "incoming_mail.fingerprint", "mandate.created_by",
    "mandate.reference", "mass_run_item.question", "mass_run_item.result_type",
    "newsletter_consent.recorded_by", "newsletter_consent.text", "room_rental.created_by",
    "room_rental.position_key", "stock_movement.by", "stock_movement.position_key",
    "voucher.code", "voucher.payment_methods", "voucher.limits", "voucher.name",
    "voucher.position_key",
}  # fmt: skip
DECIDED = {holding.table: holding for holding in HOLDINGS}


@pytest.mark.databases("sqlite")
def test_every_table_has_a_decision(app):
    """A new table fails here until somebody says what becomes of a person's data in it."""
    tables = Base.metadata.tables

    assert set(DECIDED) | set(APART) == set(tables)
    assert not set(DECIDED) & set(APART)
    assert all(APART.values())
    assert all(h.reason for h in HOLDINGS if h.erasure is Erasure.KEEP)
    frozen = {model.__tablename__ for model in chained_models()} & set(DECIDED)
    assert {t for t in frozen if DECIDED[t].erasure is not Erasure.KEEP} == set()
    for holding in HOLDINGS:
        names = {*holding.keeps, *holding.empties, *holding.replaces, *holding.hidden}
        assert names <= set(holding.rows.c.keys()), holding.table
        if Erasure.CLEAR is holding.erasure or Deletion.CLEAR is holding.deletion:
            stuck = [n for n, v in holding.cleared.items()
                     if v is None and not holding.rows.c[n].nullable]  # fmt: skip
            assert stuck == [], holding.table


@pytest.mark.databases("sqlite")
def test_every_table_that_leads_to_a_customer_is_among_the_personal_ones(app):
    strangers = {"chain_seal", "legal_text"}  # chained, in the house's chain
    leading = {
        table.name for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in DECIDED and key.column.table.name != "employee"
    }  # fmt: skip

    assert leading - set(DECIDED) == strangers
    assert {t.name for t in Base.metadata.sorted_tables if "customer_id" in t.c} <= (
        set(DECIDED) | strangers
    )


def test_a_customer_with_everything_is_anonymised_row_by_row(app):
    """What is kept is kept, what goes is gone, in every table, and the chains hold."""
    factories.employee()
    ours, other = personal.somebody(), factories.customer()
    personal.settled(ours)
    made = personal.fill(ours, other)
    db.session.commit()
    rows = {t: _rows(DECIDED[t], ours.id) for t in made if t in DECIDED}
    problems = set(verify())

    erase_customer(ours, on=DAY, by=ANNA)

    assert set(verify()) <= problems  # made-up rows have sums and sizes that do not add up
    for table, holding in DECIDED.items():
        now = _rows(holding, ours.id)
        if holding.erasure is Erasure.DELETE:
            assert now == [], table
        elif holding.erasure is Erasure.KEEP and table in rows and table != "activity":
            kept = rows[table] if holding.drops is None else rows[table][: len(now)]
            assert now == kept, table
        elif table in rows and table not in ("incoming_mail", "import_row"):
            assert now, table
    marked = {
        f"{table}.{column.name}"
        for table, holding in DECIDED.items()
        for column in holding.rows.c
        if holding.erasure is not Erasure.KEEP
        and any(SECRET in str(value) for value in db.session.scalars(select(column)))
    }
    assert sorted(marked - STAFF_AND_KEYS) == []
    assert (ours.state, ours.name, ours.email) == (CustomerState.ERASED, ours.number, None)
    assert [p.name for p in ours.participants] == ["Anonymisiert"] * len(ours.participants)
    assert db.session.scalars(select(Invoice.state)).all()
    assert db.session.scalar(select(func.count(DiscardedFile.sha256))) >= 3
    details = select(ActivityDetail).join(Activity, Activity.id == ActivityDetail.activity_id)
    assert db.session.scalars(details.where(Activity.customer_id == ours.id)).all() == []


def _rows(holding, customer_id):
    query = select(holding.rows).where(rows_of(holding, [customer_id]))
    return [tuple(row) for row in db.session.execute(query.order_by(*holding.rows.primary_key))]


def test_a_customer_with_only_notes_and_mails_is_deleted_and_nothing_is_left(app):
    """CUS-30, 33: what was never booked goes altogether, and the number is all that is told."""
    employee = factories.employee()
    ours, other = personal.somebody(), factories.customer()
    personal.fill(ours, other, lambda h: h.deletion in (Deletion.GO, Deletion.CLEAR))
    db.session.commit()
    number, old_id = ours.number, ours.id
    kept = db.session.scalar(select(func.count(Activity.id)))

    delete_customer(ours, confirmed=frozenset({LOST}), on=DAY, by=ANNA)

    for table, holding in DECIDED.items():
        if table not in ("activity", "mass_run_item"):
            assert _rows(holding, old_id) == [], table
    for table in set(DECIDED) - {"activity", "offer", "employee"}:
        clear = DECIDED[table].cleared if DECIDED[table].deletion is Deletion.CLEAR else None
        for column in clear or DECIDED[table].rows.c.keys():
            values = db.session.scalars(select(DECIDED[table].rows.c[column])).all()
            assert not any(SECRET in str(value) for value in values), (table, column)
    line = db.session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()
    assert (line.action, line.facts, line.customer_id) == (
        "customer.deleted", {"number": number}, None,
    )  # fmt: skip
    assert db.session.scalar(select(func.count(Activity.id))) == kept + 1
    assert {p.place for p in verify()} <= {"mandate"}
    assert factories.customer().id > old_id  # nobody inherits the history
    assert employee.customer.name == "Petra Kuhn"


def test_what_was_booked_or_said_keeps_a_customer(app):
    """CUS-31, 32a, 34, D-01: each with what it is, and the way out."""
    bought, asked = factories.customer(), factories.customer()
    factories.draft(of=bought)
    with transaction():
        new_thread(ThreadKind.CONTACT, "Wann?", customer=asked, by=ANNA)

    with pytest.raises(DomainError, match=r"noch: Rechnungen \(1\).*sperren oder anonymisieren"):
        delete_customer(bought, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="ist Mitarbeiter"):
        delete_customer(factories.employee().customer, on=DAY, by=ANNA)
    with pytest.raises(NeedsConfirmation, match=r"Anfragen und Rückrufe \(1\)") as question:
        delete_customer(asked, on=DAY, by=ANNA)

    assert question.value.code == LOST
    assert [f.table for f in departure_of(bought).blocking] == ["invoice"]
    delete_customer(asked, confirmed=frozenset({LOST}), on=DAY, by=ANNA)
    assert bought.state is CustomerState.ACTIVE


def test_nobody_is_anonymised_with_whom_something_is_open(app):
    """LAW-05: contracts, invoices, offers, money to go back and credit are settled first."""
    ours, staff = factories.customer(), factories.employee().customer
    factories.contract(ours)
    factories.offer(of=ours)
    deposit_credit(ours, amount=Decimal("10.00"), kind=DepositKind.GOODWILL, received_on=DAY,
                   on=DAY, by=ANNA)  # fmt: skip

    with pytest.raises(DomainError) as refusal:
        erase_customer(ours, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Mitarbeiterrolle"):
        erase_customer(staff, on=DAY, by=ANNA)

    for words in ("Ein Vertrag läuft", "Eine Rechnung ist offen", "Ein Angebot ist offen",
                  "noch Guthaben"):  # fmt: skip
        assert words in str(refusal.value)
    assert ours.state is CustomerState.ACTIVE


def test_nobody_is_anonymised_who_is_still_expected(app):
    """A place, an appointment, a rental, two tickets: given up first, as nobody would come."""
    ours, lesson, day = factories.customer(), factories.appointment_template(), timedelta(days=1)
    course, dog = factories.course_date(starts_on=DAY), factories.participant(ours)
    factories.course_day(course, DAY + day)
    [adults] = factories.event(day=DAY + day).categories
    lines = (
        factories.line(kind=PositionKind.COURSE, course_date_id=course.id, participant_id=dog.id),
        factories.appointment_line(lesson, DAY + day, time(10)),
        factories.rental_line(factories.room(), DAY + day, time(10), time(12)),
        factories.ticket_line(adults, 2),
    )  # fmt: skip
    with clock.at(clock.noon(DAY)):
        sold = factories.invoice(*lines, of=ours)
        record_payment(sold, amount=sold.total, paid_on=DAY, on=DAY, by=ANNA)
        with pytest.raises(DomainError) as first:
            erase_customer(ours, on=DAY, by=ANNA)
        take_out(db.session.scalars(select(Enrolment)).one(), on=DAY, by=ANNA)
        with pytest.raises(DomainError) as second:
            erase_customer(ours, on=DAY, by=ANNA)

    with clock.at(clock.noon(DAY + 2 * day)):  # all of it is over
        erase_customer(ours, on=DAY + 2 * day, by=ANNA)

    assert "Ein Kursplatz ist noch belegt: bitte erst austragen" in str(first.value)
    assert "4 Termine, Raumvermietungen oder Tickets stehen noch bevor" in str(first.value)
    assert "Kursplatz" not in str(second.value)
    assert ours.state is CustomerState.ERASED
    assert list(verify()) == []


def test_an_anonymised_customer_stays_as_they_are_and_takes_merged_accounts_along(app):
    ours, twin = factories.customer(), factories.customer(last_name="Zwilling")
    with transaction():
        twin.main_account_id = ours.id
    write_to_customer(ours, subject="Hallo", text="Hallo", on=DAY, by=ANNA)

    erase_customer(ours, on=DAY, by=ANNA)

    assert (twin.state, twin.last_name) == (CustomerState.ERASED, None)
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.recipient) == (MessageState.SUPPRESSED, None)
    with pytest.raises(DomainError, match="schon anonymisiert"):
        erase_customer(ours, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="anonymisiert"):
        save_record(ours, {"last_name": "Neu"}, by=ANNA)
    with pytest.raises(DomainError, match="Zusammengeführte Kunden"):
        delete_customer(ours, on=DAY, by=ANNA)


def test_the_name_of_somebody_outside_stands_where_it_can_be_erased(app):
    """The history is frozen: who wrote a mail to us is one of its personal facts."""
    ours, sender = factories.customer(), Actor("Rosa Sommer", is_outside=True)
    with transaction():
        new_thread(ThreadKind.CONTACT, "Wann?", customer=ours, by=sender)
    line = db.session.scalars(select(Activity).order_by(Activity.id.desc()).limit(1)).one()
    assert (line.actor, line.detail.facts["sender"]) == ("Kunde", "Rosa Sommer")

    erase_customer(ours, on=DAY, by=ANNA)

    told = db.session.execute(select(Activity.actor, Activity.facts)).all()
    assert "Rosa" not in str(told)
    assert list(verify()) == []
