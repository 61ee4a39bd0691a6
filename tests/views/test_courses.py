"""Course dates at the screen: days after a preview, who is missing, how full they are (COU)."""

import re
from datetime import date, time, timedelta
from io import BytesIO

import pytest

from kutego import clock
from kutego.db import db, transaction
from kutego.models import CourseDay, CourseTime, FederalState, Role, SchoolHoliday, Weekday
from kutego.operations.course_days import add_day
from kutego.operations.enrolments import enrol
from kutego.operations.free_times import of_calendar
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.operations.test_course_days import CALENDAR
from tests.views.visitor import staff

LIST = "/buero/course_dates/"


@pytest.fixture(autouse=True)
def now(app):
    with clock.at(clock.noon(DAY)):
        yield factories.change_company(federal_state=FederalState.THURINGIA)


def course(title="Yoga", **values):
    return factories.course_date(**{"title": title, "starts_on": DAY, "ends_on": None} | values)


def weekly(course, weekday):
    values = {"course_date_id": course.id, "weekday": weekday, "starts_at": time(16),
              "ends_at": time(17)}  # fmt: skip
    return save_record(CourseTime(), values, by=ANNA)


def test_days_are_made_after_a_preview_that_says_what_is_left_out(app):
    yoga = course()
    weekly(yoga, Weekday.FRIDAY)
    owner = staff(app, factories.employee())
    page = f"{LIST}{yoga.id}/days/do/make-days/"
    wish = {"first": "2026-12-18", "until": "2027-01-08", "number": ""}

    preview = owner.send(page, **wish)

    assert "Fr., 18.12.2026, 16:00 bis 17:00 Uhr" in preview.text
    assert "Fr., 25.12.2026 entfällt: Erster Weihnachtstag" in preview.text
    assert db.session.query(CourseDay).count() == 0
    fields = {**wish, "seen": preview.text.split('name="seen" value="')[1].split('"')[0]}
    assert owner.send(page, **fields).status_code == 302
    db.session.rollback()
    days = [day.on for day in db.session.query(CourseDay).order_by(CourseDay.on)]
    assert days == [date(2026, 12, 18), date(2027, 1, 8)]
    told = owner.get(f"{LIST}{yoga.id}/").text
    assert "hat 2 Tage vom 18.12.2026 bis 08.01.2027 angelegt" in told
    assert "Fr., 18.12.2026" in told  # the next day, in the head


@pytest.mark.databases("sqlite")
def test_a_calendar_file_alone_fills_the_form_of_school_holidays(app):
    """What stands in the file is written into the text, and only that is sent in the end."""
    owner, page = staff(app, factories.employee()), "/buero/school_holidays/do/enter-holidays/"
    field = owner.get(page).text.split("<textarea")[1].split(">")[0]

    assert "required" not in field  # a browser would not let the file go alone
    assert "Bitte ausfüllen" in owner.send(page, times="").text
    bad = {"times": "", "times-file": (BytesIO(b"hallo"), "ferien.ics")}
    assert "keine Kalenderdatei" in owner.send(page, **bad).text
    good = {"times": "", "times-file": (BytesIO(CALENDAR), "ferien.ics")}
    preview = owner.send(page, **good).text
    assert "Unterrichtsfrei: 01.04.2027" in preview
    assert db.session.query(SchoolHoliday).count() == 0
    seen = preview.split('name="seen" value="')[1].split('"')[0]
    typed = "\n".join(str(each) for each in of_calendar(CALENDAR, DAY))
    assert owner.send(page, times=typed, seen=seen).status_code == 302
    db.session.rollback()
    assert db.session.query(SchoolHoliday).count() == 2


def test_an_absence_names_the_days_it_leaves_alone_and_the_list_finds_them(app):
    tina = factories.employee(Role.INSTRUCTOR, first_name="Tina", last_name="Tief")
    led, other = course("Geführt", instructor_id=tina.id), course("Anderer", instructor_id=tina.id)
    for each, on in ((led, date(2026, 11, 30)), (other, date(2026, 12, 10))):
        add_day(each, held_on=on, starts_at=time(16), ends_at=time(17), on=DAY, by=ANNA)
    owner = staff(app, factories.employee())
    page = "/buero/absences/do/enter-absence/"
    wish = {"employee": str(tina.id), "first": "2026-11-30", "last": "2026-12-04", "note": "",
            "checks_out": "y"}  # fmt: skip

    preview = owner.send(page, **wish)
    assert "Geführt, Mo., 30.11.2026: ohne Kursleitung" in preview.text
    assert "Anderer" not in preview.text
    fields = {**wish, "seen": preview.text.split('name="seen" value="')[1].split('"')[0]}
    assert owner.send(page, **fields).status_code == 302

    found = owner.get(f"{LIST}?f.unled=yes").text
    assert "Geführt" in found
    assert "Anderer" not in found
    assert "Kurse ohne Kursleitung" in owner.get("/buero/").text
    assert staff(app, tina).get("/buero/absences/").status_code == 403


def test_the_list_tells_how_full_a_course_is_and_leads_to_its_participants(app):
    """8 of 10, full, over, and without a limit."""
    wanted = (("Frei", 3, 1), ("Knapp", 2, 2), ("Zuviel", 1, 2), ("Offen", None, 1))
    for title, most, people in wanted:
        made = course(title, capacity=most)
        for _ in range(people):
            with transaction():
                enrol(factories.participant(), made, starts_on=DAY, ends_on=None, by=ANNA,
                      confirmed=frozenset({"full"}))  # fmt: skip

    page = staff(app, factories.employee()).get(LIST).text

    for told in ("1 von 3, 2 frei", "2 von 2, voll", "2 von 1, 1 zu viel"):
        assert told in page
    assert f'href="{LIST}{made.id}/participants/"' in page


@pytest.mark.databases("sqlite")
def test_the_office_is_warned_of_courses_that_begin_soon_with_too_few(app):
    """Two of three on the last day that counts; enough, later, or without a minimum: no word."""
    soon, later = DAY + timedelta(days=14), DAY + timedelta(days=15)
    wanted = (("Zuwenig", soon, 3), ("Genug", soon, 2), ("Später", later, 3), ("Ohne", soon, None))
    for title, starts_on, least in wanted:
        made = course(title, starts_on=starts_on, capacity_min=least)
        for _n in range(2):
            with transaction():
                enrol(factories.participant(), made, starts_on=starts_on, ends_on=None, by=ANNA)
    owner = staff(app, factories.employee())

    few, others = (owner.get(f"{LIST}?f.few={wish}").text for wish in ("yes", "no"))

    assert "Bald beginnende Kurse unter der Mindestzahl" in owner.get("/buero/").text
    titles = ("Zuwenig", "Genug", "Später", "Ohne")
    assert [f">{title}<" in few for title in titles] == [True, False, False, False]
    assert [f">{title}<" in others for title in titles] == [False, True, True, True]


def test_the_way_to_a_form_of_a_tab_names_the_record_it_belongs_to(app):
    agility = course("Agility")

    page = staff(app, factories.employee()).get(f"/buero/course_dates/{agility.id}/times/new/").text

    way = page[page.index('class="crumbs"') :].partition("</ol>")[0]
    names = [name.strip() for name in re.findall(r">([^<>]+)<", way) if name.strip()]
    assert names == ["Kurstermine", "Agility", "Zeiten", "Zeit anlegen"]
