"""Two records of one person become one: everything moves, nothing that was issued changes."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import (
    Activity,
    AttendanceValue,
    CreditEntry,
    Customer,
    CustomerGroup,
    CustomerState,
    DepositKind,
    EntryKind,
    Invoice,
    Package,
    PairState,
    Payment,
    PositionKind,
    Role,
)
from kutego.operations.attendances import record_attendance
from kutego.operations.contract_making import create_contract
from kutego.operations.credit import correct_entry, deposit_credit, pay_out_credit
from kutego.operations.customers import lock_customer, lock_with_main_account, unlock_customer
from kutego.operations.duplicates import compare_customers
from kutego.operations.invoices import issue_invoice
from kutego.operations.make_ups import give_claim
from kutego.operations.master_data import save_record
from kutego.operations.merge_moves import moving
from kutego.operations.merging import Side, merge_customers, merge_pair, merge_plan
from kutego.operations.payments import record_payment, reverse_payment
from kutego.operations.unmerging import undo_merge
from kutego.operations.verification import verify
from kutego.operations.waitlist import join_waitlist
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads


@pytest.fixture(autouse=True)
def today(app):
    with clock.at(clock.noon(DAY)):
        yield


def deposit(customer, amount="50.00"):
    return deposit_credit(
        customer, amount=Decimal(amount), kind=DepositKind.ON_SITE, received_on=DAY, on=DAY,
        by=ANNA,
    )  # fmt: skip


def merge(target, source, **values):
    return merge_customers([target, source], on=DAY, by=ANNA, **values)


def undo(made, on=DAY):
    return undo_merge(made, on=on, by=ANNA)


def sound():
    db.session.rollback()
    return [str(problem) for problem in verify()]


def two_accounts():
    """The same person twice, with everything that can hang on an account."""
    target = factories.customer(first_name="Jörg", phone=None)
    source = factories.customer(first_name="Jorg", phone="0361 5566")
    group = CustomerGroup(name="Stammkunden")
    with transaction() as session:
        session.add(group)
        source.customer_groups.append(group)
        target.customer_groups.append(group)
    factories.contract(source)
    paid = factories.invoice(of=source)
    record_payment(paid, amount=Decimal("20.00"), paid_on=DAY, on=DAY, by=ANNA)
    factories.offer(of=source)
    deposit(source, "50.00")
    deposit(target, "10.00")
    return target, source


def test_everything_moves_and_what_was_issued_stays():
    target, source = two_accounts()
    [invoice, paid] = db.session.scalars(select(Invoice).order_by(Invoice.id))
    snapshot = dict(paid.current.snapshot)
    plan = merge_plan(source, target)

    merge(target, source, take=["phone"])

    db.session.rollback()
    assert ("Guthaben, das übertragen wird", Decimal("50.00")) in plan
    assert "Rechnungen: 2 ziehen um" in plan
    assert "Kundengruppen: 1 bleiben, weil es sie am Hauptkonto schon gibt" in plan
    assert (source.credit, target.credit) == (Decimal(0), Decimal("60.00"))
    assert (source.open_amount, target.open_amount) == (Decimal(0), Decimal("78.00"))
    assert {invoice.customer_id, paid.customer_id} == {target.id}
    assert invoice.contract.customer_id == target.id
    assert [p.name for p in target.participants] == ["Bello"]
    assert "bello" in target.search
    assert "bello" not in source.search
    assert (paid.current.customer_id, paid.current.snapshot) == (source.id, snapshot)
    assert target.phone == "+49 361 5566"
    assert source.state is CustomerState.LOCKED
    assert (source.main_account, target.side_accounts) == (target, [source])
    said = select(Activity.action).where(Activity.action.startswith("customer.merged"))
    assert sorted(db.session.scalars(said)) == ["customer.merged", "customer.merged_into"]
    assert sound() == []


def test_the_moved_account_can_be_worked_on():
    target, source = two_accounts()
    payout = pay_out_credit(
        source, amount=Decimal("5.00"), iban="DE02120300000000202051", account_holder="Jorg",
        on=DAY, by=ANNA,
    )  # fmt: skip
    merge(target, source)
    db.session.rollback()
    payment = db.session.scalars(select(Payment)).one()

    reverse_payment(payment, reason="Irrtum", on=DAY, by=ANNA)
    correct_entry(payout, reason="Doch nicht", on=DAY, by=ANNA)

    db.session.rollback()
    assert (target.open_amount, target.credit) == (Decimal("98.00"), Decimal("60.00"))
    assert sound() == []
    for entry in db.session.scalars(
        select(CreditEntry).where(CreditEntry.kind == EntryKind.TRANSFER)
    ):
        with pytest.raises(DomainError, match="gehört zu einer Zusammenführung"):
            correct_entry(entry, reason="weg", on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Bitte dort weitermachen"):
        deposit(source)
    with pytest.raises(DomainError, match="Zusammenführung rückgängig"):
        unlock_customer(source, reason="bitte", on=DAY, by=ANNA)


def test_what_was_sold_goes_along_and_comes_back():
    """Places, appointments, rentals, tickets, quotas, vouchers, bookings, waiting, claims."""
    dog, target = factories.participant(), factories.customer()
    source = dog.customer
    course, lesson = factories.course_date(starts_on=DAY, make_ups=True), timedelta(days=1)
    day, [adults] = factories.course_day(course), factories.event().categories
    card = save_record(
        Package(), {"name": "3er", "units": 3, "price": Decimal("45.00")}, by=ANNA
    )  # fmt: skip
    factories.invoice(
        factories.appointment_line(factories.appointment_template(), DAY + lesson, time(10)),
        factories.rental_line(factories.room(), DAY + lesson, time(10), time(12)),
        factories.ticket_line(adults, 2),
        factories.line(kind=PositionKind.PACKAGE, package_id=card.id, participant_id=dog.id),
        of=source,
    )
    free = factories.line("0.00", kind=PositionKind.COURSE, course_date_id=course.id,
                          participant_id=dog.id)  # fmt: skip
    issue_invoice(factories.draft(free, of=source), on=DAY, by=ANNA)
    factories.value_voucher(source)
    join_waitlist(dog, course_date=factories.full_course(), on=DAY, by=ANNA)
    give_claim(dog, course_date=course, on=DAY, by=ANNA)
    record_attendance(
        dog, course_day=day, value=AttendanceValue.ATTENDED, seen=None, on=DAY, by=ANNA
    )
    assert sound() == []
    tables = [holding.rows for holding in moving()]
    before = owned(tables, source)

    made = merge(target, source)

    assert sound() == []
    assert owned(tables, target) == before
    assert set(owned(tables, source).values()) == {0}
    assert all(before[name] for name in (
        "enrolment", "appointment", "room_rental", "ticket", "unit_quota", "voucher", "booking",
        "waitlist_entry", "make_up_claim"))  # fmt: skip
    undo(made)
    assert sound() == []
    assert owned(tables, source) == before


def owned(tables, customer):
    counts = {table.name: select(func.count()).where(table.c.customer_id == customer.id)
              for table in tables}  # fmt: skip
    return {name: db.session.scalar(query) for name, query in counts.items()}


def test_a_merge_is_undone_on_its_day():
    target, source = two_accounts()
    made = merge(target, source, take=["phone", "first_name"])

    undo(made)

    db.session.rollback()
    assert (source.credit, target.credit) == (Decimal("50.00"), Decimal("10.00"))
    assert (source.open_amount, target.open_amount) == (Decimal("78.00"), Decimal(0))
    assert [p.name for p in source.participants] == ["Bello"]
    assert (target.first_name, target.phone) == ("Jörg", None)
    assert (source.state, source.main_account_id) == (CustomerState.ACTIVE, None)
    assert sound() == []
    with pytest.raises(DomainError, match="schon rückgängig"):
        undo(made)
    again = merge(target, source)
    with pytest.raises(DomainError, match="nur am Tag"):
        undo(again, on=DAY + timedelta(days=1))


def test_what_was_done_since_stands_against_undoing():
    target, source = two_accounts()
    made = merge(target, source)
    db.session.rollback()
    invoice = db.session.scalars(select(Invoice).where(Invoice.paid == 0)).first()
    record_payment(invoice, amount=Decimal("1.00"), paid_on=DAY, on=DAY, by=ANNA)

    with pytest.raises(DomainError, match="Rechnungen: seitdem geändert"):
        undo(made)

    db.session.rollback()
    assert invoice.customer_id == target.id
    dog = factories.participant()
    made = merge(target, dog.customer)
    create_contract(
        target, participant=dog, course_date=factories.running_course(starts_on=DAY),
        term_template=factories.term_template(name="Quartal"), starts_on=DAY, on=DAY, by=ANNA,
    )  # fmt: skip
    with pytest.raises(DomainError, match="Verträge, Kursplätze: seitdem neu"):
        undo(made)
    assert sound() == []


def test_credit_that_was_used_since_stands_against_undoing():
    target, source = factories.customer(), factories.customer()
    deposit(source, "50.00")
    made = merge(target, source)
    pay_out_credit(
        target, amount=Decimal("10.00"), iban="DE02120300000000202051", account_holder="Jörg",
        on=DAY, by=ANNA,
    )  # fmt: skip

    with pytest.raises(DomainError, match="schon etwas verbraucht"):
        undo(made)

    db.session.rollback()
    assert source.state is CustomerState.LOCKED
    assert sound() == []


def test_what_cannot_be_merged_is_refused():
    one, two, gone = (factories.customer() for _ in range(3))
    anna, bert = factories.employee(Role.OFFICE), factories.employee(Role.OFFICE)
    merge(one, gone)

    with pytest.raises(DomainError, match="mit sich selbst"):
        merge(one, one)
    with pytest.raises(DomainError, match="zweimal derselbe"):
        compare_customers(customer_id=one.id, other_id=one.id, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon zusammengeführt"):
        merge(two, gone)
    with pytest.raises(DomainError, match="eigenen Zugang"):
        merge(anna.customer, bert.customer)
    lock_customer(two, reason="Streit", on=DAY, by=ANNA)
    for both in ((one, two), (two, one)):
        with pytest.raises(DomainError, match="zuerst entsperren"):
            merge(*both)

    merge(one, anna.customer)
    assert anna.customer_id == one.id
    assert sound() == []


def test_a_pair_is_merged_field_by_field():
    one, two = factories.customer(city="Erfurt"), factories.customer(city="Weimar")
    pair = compare_customers(customer_id=two.id, other_id=one.id, on=DAY, by=ANNA)

    made = merge_pair(
        pair, main=Side.SECOND, chosen={"city": "first", "email": "first", "street": "second"},
        on=DAY, by=ANNA,
    )  # fmt: skip

    db.session.rollback()
    assert (made.target, made.source) == (two, one)
    assert (two.city, two.email) == ("Erfurt", one.email)
    assert pair.state is PairState.MERGED
    undo(made)
    db.session.rollback()
    assert two.city == "Weimar"
    assert two.email != one.email
    assert pair.state is PairState.OPEN


def test_a_second_account_is_locked_with_a_pointer():
    main, second = factories.customer(), factories.customer()

    lock_with_main_account(second, main_account_id=main.id, on=DAY, by=ANNA)

    db.session.rollback()
    assert (second.state, second.main_account) == (CustomerState.LOCKED, main)
    assert second.account is second  # what is there stays there
    deposit(second)
    with pytest.raises(DomainError, match="ein anderer Kunde"):
        lock_with_main_account(main, main_account_id=main.id, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="kein Hauptkonto"):
        lock_with_main_account(main, main_account_id=second.id, on=DAY, by=ANNA)
    unlock_customer(second, reason="doch", on=DAY, by=ANNA)
    assert second.main_account_id is None


def test_two_merges_at_once_make_one(app):
    one, two = factories.customer().id, factories.customer().id
    deposit(db.session.get(Customer, one))

    def run(target, source):
        both = [db.session.get_one(Customer, id_) for id_ in (target, source)]
        return merge(*both).id

    results = in_threads(
        app, *(lambda a=a, b=b: run(a, b) for a, b in [(one, two), (two, one)] * 2)
    )

    db.session.rollback()
    assert len([r for r in results if isinstance(r, int)]) == 1
    assert all("zusammengeführt" in str(r) for r in results if not isinstance(r, int))
    assert sum(c.credit for c in db.session.scalars(select(Customer))) == Decimal("50.00")
    assert sound() == []


def test_money_that_comes_in_during_a_merge_goes_where_the_customer_is(app):
    one, two = factories.customer(), factories.customer()
    invoice = factories.invoice(factories.line("100.00"), of=two)
    ids = one.id, two.id, invoice.id

    def merging():
        return merge(*[db.session.get_one(Customer, id_) for id_ in ids[:2]]).id

    def depositing():
        return deposit(db.session.get_one(Customer, ids[1]), "5.00").id

    def paying():
        bill = db.session.get_one(Invoice, ids[2])
        return record_payment(bill, amount=Decimal("1.00"), paid_on=DAY, on=DAY, by=ANNA).id

    results = in_threads(app, merging, *[depositing, paying] * 4)

    db.session.rollback()
    refused = [str(r) for r in results if not isinstance(r, int)]
    assert all("Bitte dort weitermachen" in sentence for sentence in refused)
    booked = len(results) - 1 - 4 - len(refused)
    assert (one.credit, two.credit) == (Decimal(5 * booked), Decimal(0))
    assert one.open_amount == Decimal("96.00")
    assert two.open_amount == 0
    assert sound() == []
