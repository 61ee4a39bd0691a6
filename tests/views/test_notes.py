"""Notes and tasks on the screen: from the note over the bell to done (spec NOT)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import Employee, Note, Role, Task, TaskState
from tests import factories
from tests.views.panel.statements import counted
from tests.views.visitor import staff

EVIL = '<script>alert("x")</script>'
NOTES, TASKS, MINE = "/buero/notes/", "/buero/tasks/", "/buero/my_tasks/"


@pytest.fixture
def clerk(app):
    return factories.employee(Role.OFFICE, first_name="Anna", last_name="Büro")


@pytest.fixture
def visitor(app, clerk):
    return staff(app, clerk)


def actor(employee):
    return Actor(employee.name, employee.id)


def today():
    return clock.today()


def test_a_note_for_today_rings_the_bell_until_it_is_done(visitor, clerk):
    customer = factories.customer()
    tab = f"/buero/customers/{customer.id}/notes/"
    assert "Keine Aufgabe offen" in visitor.get(tab).text

    visitor.send(f"{tab}do/add-note/", text="Ruft an\nwegen Bello", follow_up_on=f"{today()}")

    db.session.rollback()
    [task] = db.session.scalars(select(Task))
    page = visitor.get(MINE).text
    assert "Eine Aufgabe offen" in page
    assert "Ruft an wegen Bello" in page
    assert "Heute fällig" in page
    assert "mass/complete-task/" in page
    assert "mass/reopen-task/" not in page  # all that stands here is open
    shown = visitor.get(f"{TASKS}{task.id}/").text
    assert "Ruft an\nwegen Bello" in shown
    assert f'href="{NOTES}{task.note_id}/"' in shown
    assert "Ruft an" in visitor.get("/buero/").text

    answer = visitor.send(f"{MINE}{task.id}/complete-task/?url={MINE}")

    assert answer.location == MINE
    page = visitor.get(MINE).text
    assert "Sie haben nichts zu erledigen." in page
    assert "Keine Aufgabe offen" in page
    db.session.rollback()
    assert (task.state, task.note.done_by) == (TaskState.DONE, clerk.name)
    assert "Erledigt" in visitor.get(tab).text
    assert "hat die Aufgabe vom" in visitor.get(f"/buero/customers/{customer.id}/").text


def test_the_overview_filters_by_day_person_customer_and_done(visitor, clerk):
    other = factories.employee(Role.OWNER, first_name="Petra", last_name="Chefin")
    on = today()
    made = {
        "gestern": factories.note(on=on, text="gestern", follow_up_on=on - timedelta(days=1)),
        "heute": factories.note(on=on, text="heute", follow_up_on=on, by=actor(clerk)),
        "morgen": factories.note(
            factories.customer(last_name="Özdemir"), on=on, text="morgen",
            follow_up_on=on + timedelta(days=1), employee=other,
        ),
        "nie": factories.note(on=on, text="nie", by=actor(other)),
    }  # fmt: skip
    visitor.send(f"{NOTES}{made['gestern'].id}/complete-note/")

    def found(query):
        page = visitor.get(f"{NOTES}?{query}").text
        return {text for text, note in made.items() if f'href="{NOTES}{note.id}/"' in page}

    assert found("") == set(made)
    assert found("f.due=overdue") == {"gestern"}
    assert found("f.due=today&f.due=future") == {"heute", "morgen"}
    assert found("f.open=yes") == {"heute", "morgen"}
    assert found("f.done=yes") == {"gestern"}
    assert found(f"f.employee={other.id}") == {"morgen", "nie"}
    assert found("f.customer=ozdemir") == {"morgen"}
    assert found("q=MORGEN") == {"morgen"}
    assert "Petra Chefin" in visitor.get(f"{NOTES}filter/").text


def test_many_follow_ups_are_moved_given_away_and_done_at_once(visitor, clerk):
    on, owner = today(), factories.employee(Role.OWNER)
    notes = [factories.note(on=on, follow_up_on=on, by=actor(clerk)) for _ in range(3)]
    chosen = {"rowid": [str(note.id) for note in notes]}
    next_week = on + timedelta(days=7)

    def mass(verb, **fields):
        page = visitor.post(f"{NOTES}mass/{verb}/", {**chosen, "csrf_token": token()}).text
        hidden = {
            name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
            for name in ("csrf_token", "submission", "chosen")
        }
        answer = visitor.post(f"{NOTES}mass/{verb}/", {**hidden, **chosen, **fields})
        assert answer.status_code == 302, answer.text
        db.session.rollback()

    def token():
        page = visitor.get(NOTES).text
        return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    mass("reassign-note", employee=str(owner.id))
    assert {note.employee for note in notes} == {owner}
    mass("move-follow-up", follow_up_on=f"{next_week}")
    assert {note.follow_up_on for note in notes} == {next_week}
    mass("complete-note")
    assert {note.done_by for note in notes} == {clerk.name}


def test_markup_in_a_note_stays_text_everywhere_and_formulas_in_exports(visitor, clerk):
    customer = factories.customer()
    text = f"=cmd|'/c calc'!A1 {EVIL}"
    note = factories.note(customer, on=today(), text=text, follow_up_on=today(), by=actor(clerk))
    [task] = note.tasks
    record = f"/buero/customers/{customer.id}/"

    visitor.send(f"{NOTES}{note.id}/edit-note/", text=f"{text}!", follow_up_on=f"{today()}")

    for path in (
        record, f"{record}notes/", f"{record}notes/{note.id}/", NOTES, f"{NOTES}{note.id}/",
        f"{NOTES}{note.id}/edit-note/", TASKS, f"{TASKS}{task.id}/", MINE, "/buero/",
        f"{NOTES}print/",
    ):  # fmt: skip
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert EVIL not in page.text, path
    assert "Geändert" in visitor.get(f"{NOTES}{note.id}/").text
    exported = visitor.get(f"{NOTES}export/", buffered=True).data.decode("utf-8-sig")
    [row] = list(csv.DictReader(StringIO(exported), delimiter=";"))
    assert row["Notiz"].startswith("'=cmd")


def test_somebody_without_the_right_reads_no_note(app, visitor, monkeypatch):
    from kutego.models import RIGHTS, Right

    note = factories.note(text="Nur für uns", follow_up_on=factories.DAY)
    record = f"/buero/customers/{note.customer_id}/"
    assert "hat eine Notiz mit Wiedervorlage" in visitor.get(record).text
    monkeypatch.setitem(RIGHTS, Role.OFFICE, RIGHTS[Role.OFFICE] - {Right.NOTES})

    for path in (NOTES, f"{NOTES}{note.id}/", TASKS, MINE, f"{record}notes/"):
        assert visitor.get(path).status_code == 403, path
    page = visitor.get(record).text
    assert "Notizen" not in page
    assert "hat eine Notiz" not in page
    assert "Aufgabe offen" not in page
    assert visitor.get(f"{record}add-note/").status_code == 403


def test_a_note_of_another_customer_is_not_found_in_the_record(visitor):
    note, stranger = factories.note(), factories.customer()

    assert visitor.get(f"/buero/customers/{stranger.id}/notes/{note.id}/").status_code == 404


def test_lists_of_notes_and_tasks_ask_the_same_for_one_and_for_many(visitor, clerk):
    def asked():
        counts = []
        for path in (NOTES, TASKS, MINE):
            with counted() as seen:
                assert visitor.get(path).status_code == 200
            counts.append(len(seen))
        return counts

    factories.note(on=today(), follow_up_on=today(), by=actor(clerk))
    one = asked()
    for _ in range(9):
        factories.note(on=today(), follow_up_on=today(), by=actor(clerk))

    assert asked() == one
    assert max(one) <= 15
    assert db.session.scalar(select(Employee.told_on)) is None
    assert len(db.session.scalars(select(Note)).all()) == 10
