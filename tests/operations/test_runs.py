"""Mass runs: each record exactly once, whatever happens in between."""

import threading
import time
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Activity,
    Customer,
    DepositKind,
    ItemState,
    MassRun,
    MassRunItem,
    RunState,
)
from kutego.operations import run_answers, runs
from kutego.operations.activity import log_activity
from kutego.operations.master_data import save_record
from kutego.operations.run_arguments import decoded, encoded, function_of, name_of
from kutego.operations.run_claim import only_worker
from kutego.operations.run_slices import in_slices
from tests import factories
from tests.racing import in_processes, process

DAY = date(2026, 11, 23)
BY = Actor("Petra Kuhn")


@operation
def grant(customer, *, amount, kind=None, confirmed=frozenset(), on, by):
    """Refuses the locked name, asks about the rare one, breaks on the broken one."""
    if customer.last_name == "Nein":
        raise DomainError("Dieser Kunde will nicht.")
    if customer.last_name == "Kaputt":
        raise ZeroDivisionError
    if customer.last_name == "Frage" and "sure" not in confirmed:
        raise NeedsConfirmation("sure", "Wirklich?")
    customer.credit += amount
    log_activity(customer, "customer.granted", by=by, amount=amount, on=on)
    return customer


@in_slices()
@operation
def grant_together(customer, *, amount, by):
    """As `grant`, several customers in one transaction."""
    return grant.__wrapped__(customer, amount=amount, on=DAY, by=by)


def not_an_operation(customer):
    """Cannot be run."""


def started(customers, function=grant, **arguments):
    by = Actor("Petra Kuhn", factories.employee().id)
    return runs.start_run(
        [customer.id for customer in customers],
        model=Customer,
        function=function,
        arguments={"amount": Decimal("1.50"), **arguments},
        title="Verschenken",
        on=DAY,
        by=by,
    )


def credits():
    db.session.rollback()
    grants = Customer.last_name != "Kuhn"
    return list(db.session.scalars(select(Customer.credit).where(grants).order_by(Customer.id)))


def items(run):
    db.session.rollback()
    rows = db.session.scalars(select(MassRunItem).where(MassRunItem.run_id == run.id))
    return {item.label: item for item in rows}


def test_each_record_is_changed_and_marked(app):
    run = started([factories.customer() for _ in range(3)])

    assert runs.work_open_runs() == 3

    assert credits() == [Decimal("1.50")] * 3
    assert run.state is RunState.DONE
    assert run.finished_at is not None
    assert {item.state for item in items(run).values()} == {ItemState.DONE}
    granted = db.session.scalars(select(Activity).where(Activity.action == "customer.granted"))
    assert {(a.actor, a.facts["on"]) for a in granted} == {("Petra Kuhn", "2026-11-23")}
    assert runs.work_open_runs() == 0


def test_a_refusal_and_a_fault_stop_nothing_and_write_nothing(app):
    names = ("A", "Nein", "Kaputt", "Z")
    run = started([factories.customer(first_name=None, last_name=name) for name in names])

    runs.work_run(run.id)

    done = items(run)
    assert [done[name].state.value for name in names] == ["done", "refused", "failed", "done"]
    assert done["Nein"].message == "Dieser Kunde will nicht."
    assert "ZeroDivisionError" not in done["Kaputt"].message
    assert credits() == [Decimal("1.50"), 0, 0, Decimal("1.50")]
    assert runs.counts_of(run.id)[ItemState.DONE] == 2

    for name in ("Nein", "Kaputt"):  # the office removes the cause and tries again
        save_record(db.session.get(Customer, done[name].record_id), {"last_name": "Ja"}, by=BY)
    run_answers.retry_run(run, by=BY)
    assert run.state is RunState.RUNNING
    runs.work_run(run.id)
    assert credits() == [Decimal("1.50")] * 4
    assert run.state is RunState.DONE
    with pytest.raises(DomainError, match="nichts zu wiederholen"):
        run_answers.retry_run(run, by=BY)


def test_where_one_of_several_together_breaks_the_rest_are_done_and_the_log_says_so(app, caplog):
    names = ("A", "Kaputt", "Z")
    run = started([factories.customer(first_name=None, last_name=name) for name in names],
                  grant_together)  # fmt: skip

    runs.work_run(run.id)

    assert [items(run)[name].state.value for name in names] == ["done", "failed", "done"]
    assert credits() == [Decimal("1.50"), 0, Decimal("1.50")]
    together = [line for line in caplog.records if "one by one" in line.getMessage()]
    assert [line.levelname for line in together] == ["WARNING"]
    assert together[0].exc_info[0] is ZeroDivisionError


def test_questions_are_answered_once_for_all(app):
    names = ("A", "Frage", "Frage", "Nein")
    run = started([factories.customer(first_name=None, last_name=name) for name in names])
    runs.work_run(run.id)
    assert run.has_questions
    assert credits() == [Decimal("1.50"), 0, 0, 0]

    run_answers.confirm_run(run, by=BY)
    runs.work_run(run.id)

    assert credits() == [Decimal("1.50")] * 3 + [0]
    assert run.state is RunState.DONE
    with pytest.raises(DomainError, match="keine Rückfrage"):
        run_answers.confirm_run(run, by=BY)


def test_a_cancelled_run_stops_between_two_records(app):
    run = started([factories.customer() for _ in range(3)])
    runs.work_run(run.id, most=1)

    run_answers.cancel_run(run, by=BY)
    runs.work_open_runs()

    assert credits() == [Decimal("1.50"), 0, 0]
    assert run.state is RunState.CANCELLED
    with pytest.raises(DomainError, match="schon beendet"):
        run_answers.cancel_run(run, by=BY)


def test_a_record_that_is_gone_is_told(app):
    run = started([factories.customer()])
    item = next(iter(items(run).values()))
    with runs.transaction() as session:
        session.get_one(MassRunItem, item.id).record_id = 99999

    runs.work_run(run.id)

    assert items(run)[item.label].message == "Diesen Eintrag gibt es nicht mehr."


def test_runs_take_turns(app, monkeypatch):
    monkeypatch.setattr(runs, "TURN", 2)
    customers = [factories.customer() for _ in range(4)]
    long, short = started(customers), started(customers[:1])

    runs.work_open_runs()

    last = max(item.at for item in items(long).values())
    assert next(iter(items(short).values())).at < last


def test_workers_side_by_side_change_each_record_once(app):
    run = started([factories.customer() for _ in range(12)])
    run_id, faults = run.id, []

    def work():
        with app.app_context():
            try:
                runs.work_run(run_id)
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert credits() == [Decimal("1.50")] * 12
    db.session.rollback()
    assert run.state is RunState.DONE


def test_only_one_process_works_at_a_time(app):
    with only_worker() as first, only_worker() as second:
        assert (first, second) == (True, False)
    with only_worker() as again:
        assert again


def test_a_killed_run_goes_on_where_it_stopped(app):
    count = 60
    run = started([factories.customer() for _ in range(count)])
    with process(app, runs.work_open_runs) as first:
        while sum(credits()) < Decimal("6.00"):
            assert first.is_alive(), "it was done before it could be killed"
            time.sleep(0.01)
        first.kill()
        first.join()
    between = sum(credits())
    in_processes(app, (runs.work_open_runs,), (runs.work_open_runs,))
    runs.work_open_runs()

    assert between < count * Decimal("1.50")
    assert credits() == [Decimal("1.50")] * count
    assert db.session.get_one(MassRun, run.id).state is RunState.DONE
    assert db.session.query(Activity).filter_by(action="customer.granted").count() == count


@pytest.mark.databases("sqlite")
def test_arguments_survive_as_json(app):
    customer = factories.customer()
    values = {
        "amount": Decimal("1.50"), "on": DAY, "at": datetime(2026, 1, 1, 8, 30),  # noqa: DTZ001
        "time": clock_time(8, 30), "kind": DepositKind.GOODWILL, "text": "Größe", "flag": True,
        "none": None, "count": 3, "list": [DepositKind.PAYPAL, Decimal("2.00")], "who": customer,
        "confirmed": frozenset({"b", "a"}), "file": b"\x00\xff", "map": {"x": DAY},
    }  # fmt: skip

    assert decoded(encoded(values)) == values
    with pytest.raises(TypeError):
        encoded(1.5)


@pytest.mark.databases("sqlite")
def test_only_operations_can_be_run(app):
    assert function_of(name_of(grant)) is grant
    for name in (name_of(not_an_operation), "os:system", "builtins:eval"):
        with pytest.raises(TypeError):
            function_of(name)


@pytest.mark.databases("sqlite")
def test_a_run_belongs_to_an_employee(app):
    with pytest.raises(ValueError, match="employee"):
        runs.start_run([1], model=Customer, function=grant, arguments={}, title="x", on=DAY,
                       by=Actor("Kutego"))  # fmt: skip
