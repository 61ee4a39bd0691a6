"""The calendar of the office and the feeds for other calendars (spec COU, ADM-06, ADM-10)."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import (
    CalendarFeed,
    CourseCategory,
    CourseDay,
    CourseDayState,
    FederalState,
    Role,
    Room,
)
from kutego.models.calendar_entries import EntryKind, Wish, calendar_entries
from kutego.operations.calendar_feeds import close_feed, open_feed, renew_feed
from kutego.operations.course_day_changes import name_topic, replace_instructor
from kutego.operations.course_days import add_day
from kutego.operations.employees import deactivate_employee
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.test_office import statements
from tests.views.visitor import Visitor, staff

PAGE = "/buero/calendar/"
NOW = {"on": DAY, "by": ANNA}


@pytest.fixture(autouse=True)
def now(app):
    with clock.at(clock.noon(DAY)):
        yield


def lesson(course, on=DAY, hour=16, **values):
    confirmed = frozenset({"occupied", "closed"})
    return add_day(course, held_on=on, starts_at=time(hour), ends_at=time(hour + 1),
                   confirmed=confirmed, **values, **NOW)  # fmt: skip


def course(title="Yoga", **values):
    return factories.course_date(**{"title": title, "starts_on": DAY, "ends_on": None} | values)


def many(course_id, number):
    """So many days, around the month, as the rows they are."""
    with transaction() as session:
        for n in range(number):
            hour, on = 8 + n % 10, DAY + timedelta(days=n % 28 - 14)
            session.add(CourseDay(course_date_id=course_id, on=on, starts_at=time(hour),
                                  ends_at=time(hour + 1)))  # fmt: skip


# --- who sees what --------------------------------------------------------------------------------


def test_strangers_see_no_calendar_and_instructors_only_what_they_lead(app):
    tina = factories.employee(Role.INSTRUCTOR, first_name="Tina")
    own, other = course("Eigener", instructor_id=tina.id), course("Fremder")
    for n, each in enumerate((own, other, course("Vertreten"))):
        lesson(each, hour=10 + n)
    stand_in = db.session.scalars(select(CourseDay).order_by(CourseDay.id.desc())).first()
    replace_instructor(stand_in, instructor=tina, **NOW)
    visitor = staff(app, tina)

    for view in ("month", "week", "day", "agenda"):
        page = visitor.get(f"{PAGE}?view={view}").text
        assert "Eigener" in page
        assert "Vertreten" in page
        assert "Fremder" not in page
    assert visitor.get(f"/buero/course_dates/{stand_in.course_date_id}/").status_code == 200
    assert visitor.get(f"/buero/course_dates/{other.id}/").status_code == 404
    assert Visitor(app).get(PAGE).status_code == 302
    page = staff(app, factories.employee(Role.OFFICE)).get(f"{PAGE}?view=agenda").text
    assert "Fremder" in page


@pytest.mark.parametrize(
    "query",
    ["?view=x&on=morgen&location=abc&kind=1", "?on=9999-12-31&view=month", "?on=0001-01-01",
     "?view=day&room=99999999999", "?view=week&leader=1&category=7&location=3&kind=event"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_a_calendar_nevertheless(app, query):
    assert staff(app, factories.employee()).get(PAGE + query).status_code == 200


# --- what it shows --------------------------------------------------------------------------------


def test_each_view_shows_days_with_colour_and_word_and_can_be_narrowed(app):
    factories.change_company(federal_state=FederalState.THURINGIA)
    hall = factories.location()
    lane = save_record(Room(), {"location_id": hall.id, "name": "Bahn 1"}, by=ANNA)
    water = save_record(CourseCategory(), {"name": "Wasser"}, by=ANNA)
    swim = course("Schwimmen", location_id=hall.id, room_id=lane.id, category_id=water.id)
    yoga = course("Yoga", state="draft")
    lesson(swim), lesson(yoga, hour=9)
    name_topic(lesson(swim, DAY + timedelta(days=1)), topic="Tauchen", **NOW)
    off = lesson(swim, DAY + timedelta(days=2))
    with transaction():
        off.state = CourseDayState.CANCELLED
    owner = staff(app, factories.employee())

    month = owner.get(f"{PAGE}?view=month&on=2026-10-15").text
    assert "Oktober 2026" in month
    assert "Reformationstag" in month
    week = owner.get(f"{PAGE}?view=week").text
    assert "23.11. – 29.11.2026" in week
    assert 'class="entry course tone-' in week
    for word in ("Schwimmen", "Tauchen", "16:00–17:00", "Bahn 1", "abgesagt", "Entwurf"):
        assert word in week, word
    for name, record in (("location", hall), ("room", lane), ("category", water)):
        page = owner.get(f"{PAGE}?view=week&{name}={record.id}").text
        assert "Tauchen" in page
        assert ">Yoga" not in page
    assert "findet nichts statt" in owner.get(f"{PAGE}?view=week&kind=event").text
    answer = owner.send(f"{PAGE}?view=day&room={lane.id}", to=f"{PAGE}keep")
    assert answer.status_code == 302
    kept = owner.get(PAGE).text
    assert 'aria-current="true">Tag' in kept
    assert f'<option value="{lane.id}" selected' in kept


def test_overlapping_days_stand_side_by_side_and_late_ones_widen_the_grid(app):
    yoga = course()
    lesson(yoga), lesson(course("Box"), hour=16), lesson(yoga, hour=21), lesson(yoga, hour=6)

    owner = staff(app, factories.employee())
    page = owner.get(f"{PAGE}?view=day").text

    assert "lanes-2 span-16" in page  # from six to ten at night
    assert 'row-40 rows-4 lane-1 wide-1"' in page  # four in the afternoon, ten hours after six
    assert 'row-40 rows-4 lane-2 wide-1"' in page
    assert 'lane-1 wide-2"' in page  # nothing is beside it
    assert "21:00" in page
    for n in range(6):
        lesson(course(f"Kurs {n}"))
    crowded = owner.get(f"{PAGE}?view=day").text
    assert "2 weitere in der Liste" in crowded
    assert "lane-7" not in crowded


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_a_full_calendar_takes_as_many_statements_as_one_day(app, view):
    yoga = course().id
    many(yoga, 1)
    owner = staff(app, factories.employee())
    owner.get(f"{PAGE}?view={view}")
    counts = []
    for more in (0, 150):
        many(yoga, more)
        db.session.remove()
        with statements() as seen:
            assert owner.get(f"{PAGE}?view={view}").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 15


def test_what_is_asked_for_is_read_in_one_statement_for_each_kind(app):
    lesson(course())
    with statements() as seen:
        found = calendar_entries(Wish(DAY, DAY))

    assert [(e.kind, e.title) for e in found] == [(EntryKind.COURSE, "Yoga")]
    assert len([s for s in seen if s.startswith("SELECT") and "FROM company" not in s]) == 4


def test_a_new_course_of_the_calendar_asks_for_its_weekly_time_next(app):
    """A click on Tuesday at four leads through the course to its time, both filled in."""
    owner = staff(app, factories.employee())

    form = "/buero/course_dates/new/?starts_on=2026-11-24&at=16:00"
    assert 'value="2026-11-24"' in owner.get(form).text
    answer = owner.send(form, title="Yoga", kind="block", starts_on="2026-11-24", vat_rate="19",
                        weeks_ahead="26", waitlist_mode="offer_next", waitlist_hours="48",
                        state="published")  # fmt: skip
    assert answer.status_code == 302, re.findall('id="([a-z_]+)-error', answer.text)
    times = answer.headers["Location"]
    assert times.endswith("/times/new/?weekday=2&starts_at=16%3A00")
    page = owner.get(times).text
    assert 'value="16:00"' in page
    assert '<option selected value="2">Dienstag' in page


# --- feeds ----------------------------------------------------------------------------------------


def feed_of(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.data)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_a_feed_reads_the_same_days_in_berlin_time_and_names_no_participant(app):
    """One hour on the wall on both sides of the change of clocks; what was called off stays."""
    hall = factories.location(name="Bad")
    swim = course("Schwimmen", location_id=hall.id)
    summer, winter = date(2026, 10, 24), date(2026, 10, 25)
    for on in (summer, winter):
        lesson(swim, on)
    off = lesson(swim, DAY)
    with transaction():
        off.state = CourseDayState.CANCELLED
    bare = save_record(CourseDay(), {"course_date_id": swim.id, "on": DAY}, by=ANNA)
    course_of_nobody = course("Woanders")
    lesson(course_of_nobody)
    kid = factories.participant(first_name="Geheim")
    feed = open_feed(location=hall, **NOW)

    answer = Visitor(app).get(f"/kalender/{feed.token}.ics")
    events = feed_of(answer)

    assert len(events) == 4
    starts = {e.start.strftime("%d %H:%M %z") for e in events.values()
              if isinstance(e.start, datetime)}  # fmt: skip
    assert starts == {"24 16:00 +0200", "25 16:00 +0100", "23 16:00 +0100"}
    assert events[f"course-{off.id}@kutego"]["status"] == "CANCELLED"
    assert events[f"course-{bare.id}@kutego"].start == DAY
    assert "VTIMEZONE" in answer.text
    assert "Europe/Berlin" in answer.text
    assert kid.first_name not in answer.text
    assert "max-age" in answer.headers["Cache-Control"]
    again = Visitor(app).get(f"/kalender/{feed.token}.ics",
                             headers={"If-None-Match": answer.headers["ETag"]})  # fmt: skip
    assert (again.status_code, again.data) == (304, b"")


def test_a_feed_ends_with_its_address_its_owner_and_the_patience_of_the_house(app):
    tina = factories.employee(Role.INSTRUCTOR)
    lesson(course("Eigener", instructor_id=tina.id)), lesson(course("Fremder"))
    visitor = staff(app, tina)
    page = visitor.get("/buero/calendar_feeds/do/open-feed/").text
    assert 'name="location"' not in page
    assert visitor.send("/buero/calendar_feeds/do/open-feed/").status_code == 302
    db.session.rollback()
    feed = db.session.scalars(select(CalendarFeed)).one()
    hall = open_feed(location=factories.location(), **NOW)
    assert visitor.get(f"/buero/calendar_feeds/{hall.id}/").status_code == 404

    events = feed_of(Visitor(app).get(f"/kalender/{feed.token}.ics"))
    assert [str(e["summary"]) for e in events.values()] == ["Eigener"]
    old = feed.token
    renew_feed(feed, **NOW)
    assert Visitor(app).get(f"/kalender/{old}.ics").status_code == 404
    assert Visitor(app).get(f"/kalender/{feed.token}.ics").status_code == 200
    deactivate_employee(tina, **NOW)
    assert Visitor(app).get(f"/kalender/{feed.token}.ics").status_code == 404
    token = hall.token
    close_feed(hall, **NOW)
    answers = [Visitor(app).get(f"/kalender/{token}.ics").status_code for _ in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429  # whoever guesses has to wait
