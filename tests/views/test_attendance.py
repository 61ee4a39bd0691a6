"""The participant list of a course, its day on a phone, and its ways out (spec COU-06, 07)."""

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import (
    Attendance,
    AttendanceValue,
    CustomField,
    FieldKind,
    FieldTarget,
    Mailing,
    Role,
)
from kutego.operations.attendances import record_attendance
from kutego.operations.custom_values import save_values
from kutego.operations.enrolments import enrol
from kutego.operations.participant_notes import add_participant_note
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.panel.statements import counted
from tests.views.visitor import Visitor, hidden_fields, staff

BY = {"on": DAY, "by": ANNA}
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _today():
    with clock.at(clock.noon(DAY)):
        yield


@pytest.fixture
def mia(app):
    """Teaches, and sees her own courses."""
    return factories.employee(Role.INSTRUCTOR, first_name="Mia")


@pytest.fixture
def course(mia):
    return factories.course_date(
        title="Agility", starts_on=DAY, ends_on=date(2027, 2, 1), instructor_id=mia.id,
        capacity=3, make_ups=True,
    )  # fmt: skip


@pytest.fixture
def day(course):
    return factories.course_day(course, topic="Slalom")


def placed(course, name="Bello", of=None):
    dog = factories.participant(of, first_name=name)
    with transaction(dog, course):
        enrol(dog, course, starts_on=DAY, ends_on=course.ends_on, by=ANNA,
              confirmed=frozenset({"full", "double"}))  # fmt: skip
    return dog


def page_of(course, day=None):
    return f"/buero/course_dates/{course.id}/attendance/" + (f"{day.id}/" if day else "")


def tap(visitor, page, dog, value, seen="", token=None, **more):
    fields = {"participant": dog, "value": value, "seen": seen, **more}
    return visitor.post(
        f"{page}mark/", {"csrf_token": token or token_of(visitor, page), **fields}, headers=JSON
    )


def asked(visitor, path):
    """How many statements a page takes."""
    with counted() as seen:
        assert visitor.get(path).status_code == 200
    return len(seen)


def token_of(visitor, page):
    return hidden_fields(visitor.get(page).text, f"{page}mark/")["csrf_token"]


def text_of(pdf):
    return " ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages)


def test_instructors_see_and_record_their_own_courses_only(app, mia, course, day):
    other = factories.course_date(title="Fremd", starts_on=DAY, ends_on=date(2027, 1, 1))
    foreign, dog = factories.course_day(other), placed(course)
    placed(other, "Fremder")
    hers = staff(app, mia)
    page = page_of(course, day)

    for path in (page_of(other), page_of(other, foreign), f"{page_of(other)}list.pdf",
                 f"{page_of(course)}{foreign.id}/"):  # fmt: skip
        assert hers.get(path).status_code == 404, path
    token = token_of(hers, page)
    assert tap(hers, page_of(other, foreign), dog.id, "ill", token=token).status_code == 404
    assert hers.post(f"{page}mark/", {"participant": dog.id, "value": "ill"}).status_code == 400
    assert tap(hers, page, dog.id, "quatsch", token=token).status_code == 422
    assert Visitor(app).get(page).status_code == 302
    assert db.session.scalars(select(Attendance)).all() == []

    assert tap(hers, page, dog.id, "attended", token=token).json == {"value": "attended"}
    assert "Mail an alle" not in hers.get(page).text
    assert "Slalom" in hers.get(page).text
    assert "1 von 3" in hers.get(page).text


def test_a_tap_that_is_refused_says_why_and_what_stands_there(app, course, day):
    dog, office = placed(course), staff(app, factories.employee(Role.OFFICE))
    page = page_of(course, day)
    record_attendance(dog, course_day=day, value=AttendanceValue.ILL, seen=None, **BY)

    late = tap(office, page, dog.id, "attended")
    assert (late.status_code, late.json["value"]) == (409, "ill")
    assert "hat Bello inzwischen als „Krank“" in late.json["error"]
    asked = tap(office, page, dog.id, "make_up", seen="ill")
    assert (asked.status_code, asked.json["code"]) == (409, "late")

    assert tap(office, page, dog.id, "make_up", seen="ill", confirmed="late").status_code == 200
    answer = office.post(  # without a script: a form and a redirect
        f"{page}mark/",
        {
            "csrf_token": token_of(office, page),
            "participant": dog.id,
            "value": "",
            "seen": "make_up",
        },
    )
    assert answer.location == page
    office.post(f"{page}rest/", {"csrf_token": token_of(office, page)})
    db.session.rollback()
    assert [row.value for row in db.session.scalars(select(Attendance))] == ["attended"]


def test_two_hundred_people_take_as_many_statements_as_one(app, course, day):
    office = staff(app, factories.employee(Role.OFFICE))
    field = factories.custom_field("Kastriert", FieldKind.YES_NO, target=FieldTarget.PARTICIPANT,
                                   in_list=True)  # fmt: skip
    save_values(placed(course), {field: True}, by=ANNA)
    path = page_of(course)
    office.get(path)
    one, one_day = (
        asked(office, path),
        asked(office, f"{path}{day.id}/"),
    )
    for n in range(12):
        add_participant_note(placed(course, f"Hund {n}"), text=f"Notiz {n}", **BY)
        factories.course_day(course, DAY + timedelta(days=7 * (n + 1)))

    assert asked(office, path) == one <= 15
    assert asked(office, f"{path}{day.id}/") == one_day <= 15
    shown = office.get(path).text
    assert "Kastriert" in shown
    assert "Notiz 7" in shown
    assert shown.count("data-d=") == 13


def test_notes_are_for_the_team_and_the_dates_for_customers(app, course, day):
    """PAR-07, chapter 4 no. 34: what customers get has no word of the team's own."""
    dog = placed(course)
    add_participant_note(dog, text="Beißt Briefträger", **BY)
    secret = factories.custom_field("Herzfehler", target=FieldTarget.PARTICIPANT,
                                    is_sensitive=True, in_list=True)  # fmt: skip
    save_values(dog, {secret: "schwer"}, by=ANNA)
    record_attendance(dog, course_day=day, value=AttendanceValue.EXCUSED, seen=None, **BY)
    owner = staff(app, factories.employee())
    office = staff(app, factories.employee(Role.OFFICE))
    path = page_of(course)

    team = text_of(owner.get(f"{path}list.pdf").data)
    assert "Bello (Jörg Müller)" in team
    assert "Beißt" in team
    assert "schwer" in team
    for way in (f"{path}list.pdf?day={day.id}", f"{path}print/", f"{path}export/", path):
        answer = office.get(way, buffered=True)
        words = text_of(answer.data) if "pdf" in answer.mimetype else answer.text
        assert "Beißt" in words, way
        assert "schwer" not in words, way
        assert "Herzfehler" not in words, way
    dates = text_of(office.get(f"{path}dates.pdf").data)
    assert "23.11.2026" in dates
    assert "Slalom" in dates
    assert "Bello" not in dates
    assert "Beißt" not in dates


def test_the_list_goes_into_a_spreadsheet_with_its_days(app, course, day):
    record_attendance(placed(course), course_day=day, value=AttendanceValue.EXCUSED, seen=None,
                      **BY)  # fmt: skip
    office = staff(app, factories.employee(Role.OFFICE))

    csv = office.get(f"{page_of(course)}export/", buffered=True).text
    sheet = load_workbook(
        io.BytesIO(office.get(f"{page_of(course)}export/?format=xlsx", buffered=True).data)
    ).active

    assert csv.splitlines()[0].endswith("23.11.2026")
    assert "Bello;Jörg Müller;;Entschuldigt" in csv
    assert [cell.value for cell in sheet[2]][:2] == ["Bello", "Jörg Müller"]


def test_those_present_are_written_to_once_for_each_customer(app, course, day):
    owner = factories.customer()
    first = placed(course, "Bello", owner)
    placed(course, "Luna", owner)
    placed(course, "Ida")
    record_attendance(first, course_day=day, value=AttendanceValue.ATTENDED, seen=None, **BY)
    office = staff(app, factories.employee(Role.OFFICE))
    form = office.get(page_of(course, day)).text

    assert form.count('name="rowid"') == 2 + 1  # of the day two customers, of those present one
    url = "/buero/customers/mass/write-to-chosen/"
    answer = office.send(
        f"{url}?rowid={owner.id}&rowid={first.customer_id}", to=url, rowid=str(owner.id),
        kind="information", subject="Morgen", text="Bis dann",
    )  # fmt: skip
    assert answer.status_code in (302, 422)
    assert db.session.scalars(select(Mailing)).all() is not None


def test_a_place_is_given_moved_and_ended_from_the_course(app, course):
    there = factories.course_date(title="Danach", starts_on=DAY, ends_on=date(2027, 2, 1))
    office, dog = staff(app, factories.employee(Role.OFFICE)), factories.participant()
    tab = f"/buero/course_dates/{course.id}/participants/"

    form = office.get(f"{tab}do/enrol-by-hand/").text
    assert "Niemand bezahlt dafür" in form
    answer = office.send(
        f"{tab}do/enrol-by-hand/", participant=f"#{dog.id}", starts_on=DAY.isoformat()
    )
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    [place] = dog.enrolments
    moved = office.send(f"{tab}{place.id}/move-enrolment/", course_date=str(there.id))
    assert moved.status_code == 302, moved.text
    db.session.rollback()

    assert [str(e.course_date) for e in dog.enrolments if e.state == "active"] == ["Danach"]
    assert db.session.scalars(select(CustomField)).all() == []
