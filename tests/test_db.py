"""The one way to write: locks, savepoints, chains, and what is refused."""

import time
from contextlib import contextmanager
from decimal import Decimal
from threading import Event

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from kutego.db import db, transaction
from kutego.errors import DomainError, FrozenRecord
from kutego.models import (
    Activity,
    ChainHead,
    CreditEntry,
    Customer,
    DepositKind,
    Invoice,
    NumberKind,
    NumberRange,
    Receipt,
    chained_models,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.credit import deposit_credit
from kutego.operations.numbers import draw_number
from kutego.operations.verification import verify
from tests import factories
from tests.everything import everything
from tests.factories import ANNA, DAY
from tests.racing import in_processes, in_threads

pytestmark = [
    pytest.mark.usefixtures("app"),
    pytest.mark.databases("sqlite", "postgresql"),
]


def deposit(customer, amount="10.00", kind=DepositKind.ON_SITE):
    return deposit_credit(
        customer, amount=Decimal(amount), kind=kind, received_on=DAY, on=DAY, by=ANNA
    )


def last_number(kind, year=2026):
    query = select(NumberRange.last).where(NumberRange.kind == kind, NumberRange.year == year)
    return db.session.scalar(query)


# --- only inside a transaction ----------------------------------------------------------------


def test_a_change_outside_a_transaction_is_refused_at_the_flush():
    customer = factories.customer()

    customer.remark = "am Programm vorbei"
    with pytest.raises(RuntimeError, match="only inside a transaction"):
        db.session.flush()
    with pytest.raises(RuntimeError, match="only inside a transaction"):
        db.session.commit()
    db.session.rollback()

    assert db.session.get(Customer, customer.id).remark is None


def test_a_new_record_outside_a_transaction_is_refused():
    db.session.add(Customer(number="1"))

    with pytest.raises(RuntimeError, match="only inside a transaction"):
        db.session.scalars(select(Customer)).all()
    db.session.expunge_all()


@pytest.mark.parametrize(
    "statement",
    [
        lambda: update(Customer).values(remark="x"),
        lambda: delete(Customer),
        lambda: insert(Customer).values(number="1"),
    ],
)
def test_a_bulk_change_outside_a_transaction_is_refused(statement):
    factories.customer()

    with pytest.raises(RuntimeError, match="only inside a transaction"):
        db.session.execute(statement())


def test_a_transaction_does_not_sweep_up_what_was_changed_before_it():
    customer = factories.customer()
    customer.remark = "am Programm vorbei"

    with pytest.raises(RuntimeError, match="only inside a transaction"):
        deposit(customer)
    db.session.rollback()

    assert customer.credit == 0


def test_after_a_transaction_the_doors_are_shut_again():
    deposit(factories.customer())

    assert db.session.info == {}
    with pytest.raises(RuntimeError):
        db.session.execute(delete(Customer))


# --- frozen rows ------------------------------------------------------------------------------


def test_the_orm_refuses_to_change_or_delete_a_frozen_row():
    entry = deposit(factories.customer())

    with pytest.raises(FrozenRecord), transaction() as session:
        session.get(CreditEntry, entry.id).text = "anders"
    with pytest.raises(FrozenRecord), transaction() as session:
        session.delete(session.get(CreditEntry, entry.id))
    with pytest.raises(FrozenRecord), transaction() as session:
        session.execute(update(CreditEntry).values(text="anders"))
    with pytest.raises(FrozenRecord), transaction() as session:
        session.execute(delete(CreditEntry).where(CreditEntry.id == entry.id))
    assert list(verify()) == []


def test_the_database_itself_refuses():
    everything()
    for table in (model.__tablename__ for model in chained_models()):
        row = db.session.execute(text(f"SELECT id FROM {table} LIMIT 1")).first()
        db.session.rollback()  # TRUNCATE would wait for ever for what this session still reads
        assert row is not None, table
        copy = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {row.id}"
        changes = [f"UPDATE {table} SET seq = seq", f"DELETE FROM {table}"]
        changes.append(f"TRUNCATE {table} CASCADE" if is_postgresql() else copy)
        for change in changes:
            with pytest.raises(DBAPIError, match="frozen"), db.engine.begin() as connection:
                connection.exec_driver_sql(change)
    assert list(verify()) == []


def is_postgresql():
    return db.engine.dialect.name == "postgresql"


# --- parts of a transaction -------------------------------------------------------------------


@contextmanager
def refused_part(error=DomainError):
    """A part of a transaction that does something and is refused in the end."""
    with pytest.raises(error), transaction():  # noqa: PT012  # what is refused is the block
        yield
        raise error("doch nicht")


def test_a_refused_part_leaves_nothing_and_the_chain_goes_on():
    customer = factories.customer()

    with transaction(customer):
        deposit(customer, "10.00")
        with refused_part():
            deposit(customer, "20.00")
            log_activity(customer, "customer.tested", by=ANNA)
        deposit(customer, "5.00")

    entries = db.session.scalars(select(CreditEntry).order_by(CreditEntry.id)).all()
    assert [(e.amount, e.balance) for e in entries] == [
        (Decimal("10.00"), Decimal("10.00")), (Decimal("5.00"), Decimal("15.00")),
    ]  # fmt: skip
    numbers = db.session.scalars(select(Receipt.number).order_by(Receipt.id)).all()
    assert numbers == ["Q-2026-0001", "Q-2026-0002"]
    assert last_number(NumberKind.RECEIPT) == 2
    assert list(verify()) == []


def test_a_part_refused_before_anything_else_leaves_nothing():
    customer = factories.customer()

    with transaction(customer):
        with refused_part():
            deposit(customer, "20.00")
        deposit(customer, "5.00")

    assert last_number(NumberKind.RECEIPT) == 1
    assert list(verify()) == []


def test_refusals_inside_refusals_unwind_one_by_one():
    customer = factories.customer()

    with transaction(customer):
        with refused_part():
            deposit(customer, "1.00")
            with refused_part():
                deposit(customer, "2.00")
            deposit(customer, "4.00")
        deposit(customer, "8.00")

    assert customer.credit == Decimal("8.00")
    assert list(verify()) == []


def test_a_part_that_breaks_in_the_database_is_undone_alone():
    customer = factories.customer()

    def break_a_key():
        with transaction() as session:
            log_activity(customer, "customer.tested", by=ANNA)
            session.execute(insert(NumberRange).values(kind=NumberKind.RECEIPT, year=2026, last=7))

    with transaction(customer) as session:
        deposit(customer, "1.00")
        session.flush()
        with pytest.raises(IntegrityError):
            break_a_key()
        deposit(customer, "2.00")

    assert last_number(NumberKind.RECEIPT) == 2
    assert list(verify()) == []


def test_a_failed_transaction_leaves_nothing_at_all():
    customer = factories.customer()

    with refused_part(ZeroDivisionError):
        deposit(customer)

    assert customer.credit == 0
    assert last_number(NumberKind.RECEIPT) is None
    assert db.session.scalars(select(CreditEntry)).all() == []
    assert list(verify()) == []


def test_numbers_of_one_transaction_follow_each_other_without_a_flush():
    with transaction() as session, session.no_autoflush:
        drawn = [draw_number(NumberKind.OFFER, on=DAY) for _ in range(3)]
        other = draw_number(NumberKind.CONTRACT, on=DAY)

    assert drawn == ["A-2026-0001", "A-2026-0002", "A-2026-0003"]
    assert other == "V-00001"


def test_a_number_drawn_in_a_refused_part_is_drawn_again():
    with transaction():
        first = draw_number(NumberKind.OFFER, on=DAY)
        with refused_part():
            draw_number(NumberKind.OFFER, on=DAY)
        second = draw_number(NumberKind.OFFER, on=DAY)

    assert (first, second) == ("A-2026-0001", "A-2026-0002")


# --- at the same time -------------------------------------------------------------------------


def deposit_by_id(customer_id):
    deposit(db.session.get(Customer, customer_id), "1.00")


def note_something():
    with transaction():
        log_activity(company(), "company.tested", by=ANNA)


def test_rows_for_one_customer_from_eight_threads_make_one_chain(app):
    customer_id = factories.customer().id

    results = in_threads(app, *[lambda: deposit_by_id(customer_id)] * 8)

    assert results == [None] * 8
    db.session.rollback()
    assert db.session.get(Customer, customer_id).credit == Decimal("8.00")
    assert list(verify()) == []


def test_rows_for_one_customer_from_four_processes_make_one_chain(app):
    customer_id = factories.customer().id

    results = in_processes(app, *[(deposit_by_id, customer_id)] * 4)

    assert results == [None] * 4
    db.session.rollback()
    assert db.session.get(Customer, customer_id).credit == Decimal("4.00")
    assert list(verify()) == []


def test_the_first_rows_of_the_house_from_eight_threads_make_one_chain(app):
    assert db.session.get(ChainHead, 0) is None

    results = in_threads(app, *[note_something] * 8)

    assert results == [None] * 8
    db.session.rollback()
    seqs = db.session.scalars(select(Activity.seq).where(Activity.chain == 0)).all()
    assert sorted(seqs) == list(range(1, 9))
    assert list(verify()) == []


def test_writers_of_two_customers_in_opposite_order_do_not_deadlock(app):
    first, second = factories.customer().id, factories.customer().id

    def both(*ids):
        customers = [db.session.get(Customer, id_) for id_ in ids]
        with transaction(*customers):
            for customer in customers:
                deposit(customer, "1.00")
                time.sleep(0.01)

    results = in_threads(app, *[lambda: both(first, second), lambda: both(second, first)] * 4)

    assert results == [None] * 8
    assert list(verify()) == []


def test_what_was_read_before_waiting_for_the_lock_is_read_again(app):
    customer = factories.customer()
    invoice = factories.invoice(of=customer)
    holding, waiting = Event(), Event()

    def slow():
        mine = db.session.get(Invoice, invoice_id)
        with transaction(mine):
            holding.set()
            waiting.wait(5)
            time.sleep(0.2)
            mine.payment_method = mine.payment_method
            mine.customer.remark = "neu"
            mine.email = "neu@example.org"

    def late():
        mine = db.session.get(Invoice, invoice_id)
        assert mine.email == mine.customer.email
        holding.wait(5)
        waiting.set()
        with transaction(mine):
            return mine.email, mine.customer.remark

    invoice_id = invoice.id
    results = in_threads(app, slow, late)

    assert results == [None, ("neu@example.org", "neu")]


def test_a_clerk_gets_in_between_the_writes_of_a_busy_loop(app):
    busy, clerk = factories.customer().id, factories.customer().id
    done = Event()

    def loop():
        writes = 0
        while not done.is_set():
            deposit_by_id(busy)
            writes += 1
        return writes

    def visit():
        waits = []
        for _ in range(20):
            began = time.perf_counter()
            deposit_by_id(clerk)
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        done.set()
        return max(waits)

    writes, longest = in_threads(app, loop, visit)

    assert writes > 5
    assert longest < 2
