"""Notes and their follow-ups: told to whom, on which day, once (spec NOT)."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.jobs import run_job
from kutego.models import Activity, Message, Note, Role, Task, TaskState
from kutego.operations.employees import deactivate_employee
from kutego.operations.notes import (
    add_note,
    complete_note,
    edit_note,
    move_follow_up,
    move_task,
    raise_task,
    reassign_note,
)
from kutego.operations.tasks import (
    complete_task,
    create_task,
    due_tasks,
    reassign_task,
    reopen_task,
)
from tests import factories
from tests.factories import ANNA, DAY

TOMORROW, IN_A_WEEK = DAY + timedelta(days=1), DAY + timedelta(days=7)


@pytest.fixture
def team(app):
    """The owner, a clerk, and the actor of that clerk."""
    owner = factories.employee(Role.OWNER)
    clerk = factories.employee(Role.OFFICE, first_name="Anna", last_name="Büro")
    return owner, clerk, Actor(clerk.name, clerk.id)


def tasks(note=None):
    db.session.rollback()
    query = select(Task).order_by(Task.id)
    return list(db.session.scalars(query.where(Task.note_id == note.id) if note else query))


def told(note):
    return [(task.due_on, task.state, task.employee.name) for task in tasks(note)]


# --- the day comes ----------------------------------------------------------------------------


def test_a_note_becomes_a_task_of_its_employee_on_its_day_and_only_once(team):
    owner, _clerk, by = team
    note = factories.note(text="Hund war krank", follow_up_on=TOMORROW, employee=owner, by=by)
    plain = factories.note(text="Mag Käse", by=by)

    assert run_job("raise_tasks", DAY).done == 0
    assert [run_job("raise_tasks", on).done for on in (IN_A_WEEK, IN_A_WEEK)] == [1, 0]

    [task] = tasks(note)
    assert (task.text, task.due_on, task.employee) == ("Hund war krank", TOMORROW, owner)
    assert (task.customer, task.state) == (note.customer, TaskState.OPEN)
    assert tasks(plain) == []


@pytest.mark.parametrize("days", [0, -400])
def test_a_day_that_is_today_or_past_comes_at_once_to_the_author(team, days):
    _owner, clerk, by = team

    note = factories.note(follow_up_on=DAY + timedelta(days=days), by=by)

    assert [task.employee for task in tasks(note)] == [clerk]


def test_the_task_of_somebody_who_has_left_is_the_owner_s(team):
    owner, clerk, by = team
    teacher = factories.employee(Role.INSTRUCTOR)
    open_one = factories.note(follow_up_on=DAY, employee=teacher, by=by)
    [done] = tasks(factories.note(follow_up_on=DAY, employee=teacher, by=by))
    complete_task(done, on=DAY, by=by)
    coming = factories.note(follow_up_on=TOMORROW, employee=teacher, by=by)
    written = factories.note(follow_up_on=TOMORROW, by=by)

    deactivate_employee(teacher, on=DAY, by=ANNA)
    deactivate_employee(clerk, on=DAY, by=ANNA)
    run_job("raise_tasks", TOMORROW)

    for note in (open_one, coming, written):
        assert [task.employee for task in tasks(note)] == [owner]
    assert done.employee == teacher  # who did it
    reopen_task(done, on=TOMORROW, by=by)
    assert done.employee == owner
    with pytest.raises(DomainError, match="kann sich nicht anmelden"):
        factories.note(employee=teacher)
    with pytest.raises(DomainError, match="kann sich nicht anmelden"):
        reassign_note(coming, employee=clerk, on=DAY, by=ANNA)


def test_another_day_arms_the_note_anew_and_each_day_has_one_task(team):
    _owner, clerk, by = team
    note = factories.note(follow_up_on=DAY, by=by)

    move_follow_up(note, follow_up_on=TOMORROW, on=DAY, by=by)
    assert [state for _day, state, _name in told(note)] == [TaskState.MOVED]
    run_job("raise_tasks", TOMORROW)
    complete_note(note, on=TOMORROW, by=by)
    assert note.done_by == clerk.name
    assert run_job("raise_tasks", IN_A_WEEK).done == 0

    edit_note(note, text="Ruft an", follow_up_on=IN_A_WEEK, employee=None, on=TOMORROW, by=by)
    assert note.done_at is None
    run_job("raise_tasks", IN_A_WEEK)
    move_follow_up(note, follow_up_on=TOMORROW, on=IN_A_WEEK, by=by)

    assert told(note) == [
        (DAY, TaskState.MOVED, clerk.name),
        (TOMORROW, TaskState.OPEN, clerk.name),
        (IN_A_WEEK, TaskState.MOVED, clerk.name),
    ]


def test_a_follow_up_that_is_done_before_its_day_does_not_come(team):
    note = factories.note(follow_up_on=TOMORROW)

    complete_note(note, on=DAY, by=ANNA)

    assert run_job("raise_tasks", IN_A_WEEK).done == 0
    assert tasks(note) == []
    with pytest.raises(DomainError, match="schon erledigt"):
        complete_note(note, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="Bitte einen anderen Tag"):
        move_follow_up(note, follow_up_on=TOMORROW, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="keine Wiedervorlage"):
        complete_note(factories.note(), on=DAY, by=ANNA)


def test_two_that_raise_the_same_note_make_one_task(app, team):
    note = factories.note(follow_up_on=TOMORROW)
    note_id, barrier, failed = note.id, Barrier(2), []

    def raise_it():
        with app.app_context():
            barrier.wait()
            try:
                raise_task(db.session.get_one(Note, note_id), on=TOMORROW, by=ANNA)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [Thread(target=raise_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(tasks()) == 1


# --- written, corrected, done -----------------------------------------------------------------


def test_an_edited_note_keeps_when_it_was_written_and_tells_when_it_was_edited(team):
    _owner, clerk, by = team
    note = factories.note(text="Alter Text", follow_up_on=DAY, by=by)
    written = note.created_at

    with clock.at(clock.noon(TOMORROW)):
        edit_note(note, text="Neuer Text", follow_up_on=DAY, employee=None, on=TOMORROW, by=ANNA)

    assert (note.created_at, note.created_by) == (written, clerk.name)
    assert (note.edited_at.date(), note.edited_by) == (TOMORROW, ANNA.name)
    assert [task.text for task in tasks(note)] == ["Neuer Text"]
    line = db.session.scalar(select(Activity).where(Activity.action == "note.changed"))
    assert line.facts == {}
    assert line.detail.facts == {"text": ["Alter Text", "Neuer Text"]}
    with pytest.raises(DomainError, match="nichts geändert"):
        edit_note(note, text="Neuer Text ", follow_up_on=DAY, employee=None, on=DAY, by=ANNA)


@pytest.mark.parametrize(
    "text, words",
    [("", "Text eingeben"), (" \n ", "Text eingeben"), ("x" * 5001, "5.000"), ("a\x00", "druck")],
)
def test_a_note_without_text_or_with_too_much_is_refused(app, text, words):
    with pytest.raises(DomainError, match=words):
        add_note(factories.customer(), text=text, on=DAY, by=ANNA)

    assert db.session.scalars(select(Note)).all() == []


def test_a_task_is_done_with_time_and_person_reopened_and_given_on(team):
    owner, clerk, by = team
    note = factories.note(follow_up_on=DAY, by=by)
    [task] = tasks(note)

    with clock.at(clock.noon(TOMORROW)):
        complete_task(task, on=TOMORROW, by=by)

    assert (task.done_at.date(), task.done_by) == (TOMORROW, clerk.name)
    assert note.done_by == clerk.name
    for refused in (
        lambda: complete_task(task, on=DAY, by=by),
        lambda: reassign_task(task, employee=owner, on=DAY, by=by),
        lambda: move_task(task, due_on=TOMORROW, on=DAY, by=by),
    ):
        with pytest.raises(DomainError):
            refused()
    reopen_task(task, on=TOMORROW, by=by)
    assert (note.done_at, task.done_by) == (None, None)
    reassign_task(task, employee=owner, on=DAY, by=by)
    assert note.employee == owner
    with pytest.raises(DomainError, match="hat diese Aufgabe schon"):
        reassign_task(task, employee=owner, on=DAY, by=by)
    move_task(task, due_on=IN_A_WEEK, on=DAY, by=by)
    assert (note.follow_up_on, task.state) == (IN_A_WEEK, TaskState.MOVED)
    with pytest.raises(DomainError, match="kommt an ihrem neuen Tag"):
        reopen_task(task, on=DAY, by=by)


def test_a_rule_gives_a_task_to_who_asks_else_to_the_owner(team):
    owner, clerk, by = team
    invoice = factories.invoice()
    with transaction():
        mine = create_task("Rückruf", on=DAY, by=by)
        ours = create_task(
            "Adresse prüfen", customer=invoice.customer, subject_of=invoice, on=DAY,
            by=Actor("Kutego"),
        )  # fmt: skip

    assert (mine.employee, mine.customer) == (clerk, None)
    assert (ours.employee, ours.subject_type, ours.subject_id) == (owner, "invoice", invoice.id)
    move_task(mine, due_on=TOMORROW, on=DAY, by=by)
    assert db.session.scalars(due_tasks(clerk.id, DAY)).all() == []
    complete_task(mine, on=DAY, by=by)


# --- the mail of the day ----------------------------------------------------------------------


def test_who_has_something_to_do_gets_one_mail_a_day_without_names(team):
    _owner, clerk, by = team
    customer = factories.customer(last_name="Geheim")
    factories.note(customer, text="Hat Schulden", follow_up_on=DAY, by=by)
    factories.note(customer, text="Ruft an", follow_up_on=TOMORROW, by=by)
    run_job("raise_tasks", TOMORROW)

    assert [run_job("mail_tasks", TOMORROW).done for _ in range(2)] == [1, 0]

    [mail] = db.session.scalars(select(Message).where(Message.template == "task_digest"))
    assert (mail.recipient, mail.customer_id) == (clerk.email, None)
    assert mail.subject == "2 Aufgaben warten auf Sie"
    assert "davon eine schon länger" in mail.body
    assert f"Kunde {customer.number}: http://" in mail.body
    assert "Geheim" not in mail.body
    assert "Schulden" not in mail.body
    for task in tasks():
        complete_task(task, on=TOMORROW, by=by)
    assert run_job("mail_tasks", date(2026, 11, 25)).done == 0
