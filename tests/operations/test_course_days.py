"""Days of courses: made from weekly times, moved, given to somebody else (spec COU-01 to 10)."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.jobs import run_job
from kutego.models import (
    Activity,
    ClosingTime,
    CourseDate,
    CourseDay,
    CourseState,
    CourseTime,
    FederalState,
    Mailing,
    Message,
    OpeningHours,
    Role,
    Room,
    SchoolHoliday,
    Weekday,
)
from kutego.operations import courses, locations  # noqa: F401  # their rules
from kutego.operations.absences import enter_absence, remove_absence
from kutego.operations.closed_days import closed_between
from kutego.operations.course_copies import copy_course, create_follow_up, next_start
from kutego.operations.course_day_changes import (
    move_day,
    name_topic,
    remove_day,
    replace_instructor,
)
from kutego.operations.course_days import add_day, make_days
from kutego.operations.course_times import remove_time
from kutego.operations.day_plan import moments, plan_days
from kutego.operations.enrolments import enrol
from kutego.operations.free_times import listed, of_calendar
from kutego.operations.master_data import save_record
from kutego.operations.public_holidays import holidays_between
from kutego.operations.school_holidays import (
    enter_closings,
    enter_holidays,
    plan_free_times,
)
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

FOUR, FIVE = time(16), time(17)
NOW = {"on": DAY, "by": ANNA}
OCCUPIED = {"confirmed": frozenset({"occupied"})}


@pytest.fixture(autouse=True)
def house(app):
    with clock.at(clock.noon(DAY)):
        yield factories.change_company(federal_state=FederalState.THURINGIA)


def weekly(course, weekday=Weekday.TUESDAY, starts_at=FOUR, ends_at=FIVE, **values):
    values |= {"course_date_id": course.id, "weekday": weekday,
               "starts_at": starts_at, "ends_at": ends_at}  # fmt: skip
    return save_record(CourseTime(), values, by=ANNA)


def course(**values):
    return factories.course_date(**{"starts_on": date(2026, 11, 24), "ends_on": None} | values)


def made(course, first=None, **how):
    make_days(course, first=first or course.starts_on, on=DAY, by=ANNA, **how)
    return [day.on for day in db.session.scalars(days_of(course))]


def days_of(course):
    mine = select(CourseDay).where(CourseDay.course_date_id == course.id)
    return mine.order_by(CourseDay.on, CourseDay.starts_at)


def only_day(course):
    return db.session.scalars(days_of(course)).one()


def room(location, name="Bahn 1", **values):
    return save_record(Room(), {"location_id": location.id, "name": name} | values, by=ANNA)


def trainer(**values):
    return factories.employee(Role.INSTRUCTOR, **{"first_name": "Tina"} | values)


def closed(first, last, title="Betriebsferien", location=None):
    values = {"title": title, "starts_on": first, "ends_on": last,
              "location_id": location.id if location else None}  # fmt: skip
    return save_record(ClosingTime(), values, by=ANNA)


# --- refusals -----------------------------------------------------------------------------------


def test_days_that_make_no_sense_are_refused():
    yoga = course()
    with pytest.raises(DomainError, match="an welchem Wochentag"):
        made(yoga, number=3)
    weekly(yoga)

    for wrong, why in (
        ({}, "entweder den letzten Tag oder die Anzahl"),
        ({"until": date(2026, 12, 31), "number": 3}, "entweder"),
        ({"until": date(2026, 11, 1)}, "liegt vor dem ersten"),
        ({"until": date(2031, 1, 1)}, "höchstens drei Jahre"),
        ({"until": date(2026, 11, 23), "first": date(2026, 11, 23)}, "keinen neuen Tag"),
    ):
        with pytest.raises(DomainError, match=why):
            made(yoga, **wrong)
    for values, why in (
        ({"starts_at": FIVE, "ends_at": FOUR}, "nicht nach dem Beginn"),
        ({"ends_at": time(18)}, "gibt es bei dem Kurs schon"),
        ({"weekday": Weekday.MONDAY, "interval_weeks": 13}, "1 bis 12 Wochen"),
    ):
        with pytest.raises(DomainError, match=why):
            weekly(yoga, **values)
    save_record(yoga, {"state": CourseState.CANCELLED}, by=ANNA)
    with pytest.raises(DomainError, match="ist abgesagt"):
        made(yoga, number=3)


def test_a_course_refuses_impossible_dates_places_and_rooms():
    hall, pool = factories.location(), factories.location(name="Bad")
    lane = room(pool)
    yoga = course(location_id=hall.id, capacity=2)
    enrolled(yoga), enrolled(yoga)

    for values, why in (
        ({"ends_on": date(2026, 11, 1)}, "Ende liegt vor dem Beginn"),
        ({"capacity": 0}, "mindestens einen Platz"),
        ({"capacity": 1}, "2 sind schon eingetragen"),
        ({"capacity": 4, "capacity_min": 5}, "mehr kommen, als Platz haben"),
        ({"room_id": lane.id}, "ist ein Raum von Bad"),
        ({"weeks_ahead": 0}, "im Voraus"),
    ):
        with pytest.raises(DomainError, match=why):
            save_record(yoga, values, by=ANNA)
        db.session.rollback()
    with pytest.raises(DomainError, match="gehört zu Bad, der Kurs ist aber in Halle"):
        add_day(yoga, held_on=DAY, starts_at=FOUR, ends_at=FIVE, room=lane, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="nicht nach dem Beginn"):
        add_day(yoga, held_on=DAY, starts_at=FIVE, ends_at=FIVE, on=DAY, by=ANNA)
    placed = course(room_id=lane.id)
    assert placed.location_id == pool.id


def enrolled(course):
    with transaction():
        enrol(factories.participant(), course, starts_on=course.starts_on, ends_on=None, by=ANNA)


def test_hours_rooms_and_closing_times_are_kept_tidy():
    hall = factories.location()
    room(hall)
    hours = {"location_id": hall.id, "weekday": Weekday.MONDAY}
    save_record(OpeningHours(), hours | {"opens_at": time(9), "closes_at": time(12)}, by=ANNA)

    for record, values, why in (
        (Room(), {"location_id": hall.id, "name": "Bahn 1"}, "gibt es an dem Standort schon"),
        (Room(), {"location_id": hall.id, "name": "Bahn 2", "capacity": 0}, "mindestens einer"),
        (OpeningHours(), hours | {"opens_at": time(11), "closes_at": time(14)}, "überschneidet"),
        (OpeningHours(), hours | {"opens_at": time(15), "closes_at": time(14)}, "nicht nach"),
        (ClosingTime(), {"title": "Ferien", "starts_on": date(2026, 12, 31),
                         "ends_on": date(2026, 12, 1)}, "vor dem ersten"),
        (ClosingTime(), {"title": "Ferien", "starts_on": date(2026, 12, 31),
                         "ends_on": date(2028, 12, 1)}, "höchstens ein Jahr"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=why):
            save_record(record, values, by=ANNA)


# --- what is made -------------------------------------------------------------------------------


def test_several_weekly_times_make_days_once_up_to_a_day_or_a_number():
    yoga = course(starts_on=date(2026, 11, 23))
    weekly(yoga, Weekday.MONDAY, time(18), time(19, 30))
    weekly(yoga, Weekday.THURSDAY)
    weekly(yoga, Weekday.SATURDAY, interval_weeks=2)

    plan = plan_days(yoga, first=yoga.starts_on, number=5)
    days = made(yoga, number=5)

    assert [str(day) for day in plan.days][:2] == [
        "Mo., 23.11.2026, 18:00 bis 19:30 Uhr",
        "Do., 26.11.2026, 16:00 bis 17:00 Uhr",
    ]
    assert [d.day for d in days] == [23, 26, 28, 30, 3]  # the Saturday of 5 December is skipped
    assert yoga.ends_on == yoga.days_until == date(2026, 12, 3)
    days = made(yoga, until=date(2026, 12, 13))
    assert [d.day for d in days] == [23, 26, 28, 30, 3, 7, 10, 12]
    assert yoga.days_until == date(2026, 12, 13)
    first = db.session.scalars(days_of(yoga)).first()
    move_day(first, held_on=date(2026, 11, 24), starts_at=FOUR, ends_at=FIVE, **NOW)
    with pytest.raises(DomainError, match="keinen neuen Tag"):  # the moved one does not come again
        made(yoga, until=date(2026, 12, 13))


@pytest.mark.databases("sqlite")
def test_each_state_has_its_own_public_holidays():
    for state, day, name in (
        (FederalState.BAVARIA, date(2027, 11, 1), "Allerheiligen"),
        (FederalState.BERLIN, date(2027, 11, 1), None),
        (FederalState.BERLIN, date(2026, 10, 31), None),
        (FederalState.BERLIN, date(2027, 3, 8), "Frauentag"),
        (FederalState.THURINGIA, date(2026, 10, 31), "Reformationstag"),
        (FederalState.SAXONY, date(2026, 11, 18), "Buß- und Bettag"),
        (FederalState.BAVARIA, date(2027, 8, 15), None),
        (FederalState.BAVARIA_CATHOLIC, date(2027, 8, 15), "Mariä Himmelfahrt"),
        (FederalState.AUGSBURG, date(2027, 8, 8), "Augsburger Hohes Friedensfest"),
        (FederalState.HESSE, date(2028, 4, 17), "Ostermontag"),
        (None, date(2026, 12, 25), None),
    ):
        assert holidays_between(state, day, day).get(day) == name, state
    assert all(holidays_between(s, date(2026, 1, 1), date(2026, 1, 1)) for s in FederalState)


def test_holidays_of_the_state_and_closed_days_are_skipped_and_said():
    """Christmas in Thuringia; the hall in Munich keeps Epiphany; the swimming pool is repaired."""
    hall = factories.location(federal_state=FederalState.BAVARIA)
    yoga, run = course(location_id=hall.id), course(skips_holidays=False)
    for each, weekday in ((yoga, Weekday.WEDNESDAY), (run, Weekday.FRIDAY)):
        weekly(each, weekday)
    closed(date(2026, 12, 21), date(2026, 12, 27))
    closed(date(2027, 1, 13), date(2027, 1, 13), "Dach", hall)

    plan = plan_days(yoga, first=date(2026, 12, 16), until=date(2027, 1, 20))

    assert [d.on.day for d in plan.days] == [16, 30, 20]
    assert plan.lines[1] == "Mi., 23.12.2026 entfällt: Betriebsferien"
    assert plan.lines[3:5] == [
        "Mi., 06.01.2027 entfällt: Heilige Drei Könige",
        "Mi., 13.01.2027 entfällt: Dach",
    ]
    friday = plan_days(run, first=date(2026, 12, 16), until=date(2027, 1, 15))
    assert [d.on.day for d in friday.days] == [18, 1, 8, 15]  # open on New Year's Day as it wishes


CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Kultusministerium//DE\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20251222\r
DTEND;VALUE=DATE:20260103\r
SUMMARY:Weihnachtsferien 2025\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20270401\r
SUMMARY:Unterrichtsfrei\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTART;VALUE=DATE:20261223\r
DTEND;VALUE=DATE:20270103\r
SUMMARY:Weihnachtsferien Th\xc3\xbcringen\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.databases("sqlite")
def test_school_holidays_are_read_from_a_calendar_file_and_skipped_where_the_course_says_so():
    """The end of an event is the day after it; courses that go on in the holidays do so."""
    here, there = factories.location(), factories.location(name="Bad")
    found = of_calendar(CALENDAR, DAY)
    told = "\n".join(str(each) for each in found)
    assert told == (
        "Weihnachtsferien Thüringen: 23.12.2026 – 02.01.2027\nUnterrichtsfrei: 01.04.2027"
    )
    assert listed(told) == found  # what the office reads in the form is what it sends
    factories.course_day(course(location_id=here.id, skips_school_holidays=True),
                         date(2026, 12, 29))  # fmt: skip

    assert plan_free_times(SchoolHoliday, told, here, DAY).days == 1
    enter_holidays(times=told, location=here, **NOW)
    with pytest.raises(DomainError, match="alles schon eingetragen"):
        enter_holidays(times=told, location=here, **NOW)
    enter_closings(times="Inventur 31.12.2026", **NOW)

    skipping, going, elsewhere = (
        course(location_id=place.id, skips_school_holidays=skips)
        for place, skips in ((here, True), (here, False), (there, True))
    )
    for each in (skipping, going, elsewhere):
        weekly(each)
    last = date(2027, 1, 5)
    assert made(skipping, first=date(2026, 12, 22), until=last) == [date(2026, 12, 22), last]
    four = [date(2026, 12, 22), date(2026, 12, 29), last]
    assert made(going, first=date(2026, 12, 22), until=last) == four
    assert made(elsewhere, first=date(2026, 12, 22), until=last) == four
    told_days = closed_between(date(2026, 12, 31), date(2026, 12, 31))
    assert told_days[date(2026, 12, 31)] == [
        "Geschlossen: Inventur", "Weihnachtsferien Thüringen (Halle)",
    ]  # fmt: skip


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "mindestens einen Zeitraum"),
        ("Herbst", "Zeile 1 ist nicht zu lesen"),
        ("A: 01.10.2026\n01.10.2026", "Zeile 2 ist nicht zu lesen"),
        ("A: 31.02.2026", "Zeile 1 ist nicht zu lesen"),
        ("A: 02.10.2026 bis 01.10.2026", "vor dem ersten"),
        ("A: 02.10.2026 bis 01.10.2028", "höchstens ein Jahr"),
        ("\n".join(f"A: 01.01.{2000 + n}" for n in range(101)), "höchstens 100"),
    ],
)
def test_free_times_that_make_no_sense_are_refused(text, sentence):
    with pytest.raises(DomainError, match=sentence):
        enter_holidays(times=text, **NOW)
    for file in (b"", b"hallo", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                 CALENDAR.replace(b"DTSTART", b"X-START"), b"x" * 1_100_000):  # fmt: skip
        with pytest.raises(DomainError):
            of_calendar(file, DAY)


@pytest.mark.databases("sqlite")
def test_a_day_lasts_an_hour_on_the_wall_whatever_the_clocks_do():
    """The clocks go back on 25 October 2026 and forward on 28 March 2027."""
    walls = {
        on: [f"{m:%d %H:%M}" for m in moments(on, time(1, 30), time(4))]
        for on in (date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 28))
    }

    assert list(walls.values()) == [
        ["23 23:30", "24 02:00"],
        ["24 23:30", "25 03:00"],  # three hours and a half
        ["28 00:30", "28 02:00"],  # one hour and a half
    ]
    leap = course(starts_on=date(2028, 2, 22))
    weekly(leap)
    assert made(leap, number=2) == [date(2028, 2, 22), date(2028, 2, 29)]


def test_a_running_course_is_topped_up_once_however_often_the_job_runs():
    """What was moved or taken out does not come back."""
    swim = factories.running_course(starts_on=date(2026, 11, 2), weeks_ahead=4)
    weekly(swim)
    draft = factories.running_course(starts_on=DAY, state=CourseState.DRAFT)
    weekly(draft)

    assert (
        "Junghunde: Di., 24.11.2026, 16:00 bis 17:00 Uhr"
        in run_job("make_course_days", DAY, dry_run=True).plan
    )
    assert run_job("make_course_days", DAY).done == 4  # 24 November to 15 December
    first, second, *_rest = db.session.scalars(days_of(swim))
    move_day(first, held_on=date(2026, 11, 26), starts_at=FOUR, ends_at=FIVE, **NOW)
    remove_day(second, **NOW)

    assert run_job("make_course_days", DAY).done == 0
    assert run_job("make_course_days", date(2026, 12, 1)).done == 2  # 22 and 29 December
    save_record(swim, {"weeks_ahead": 8}, by=ANNA)
    assert run_job("make_course_days", DAY).done == 2
    days = [day.on for day in db.session.scalars(days_of(swim))]
    assert len(days) == len(set(days)) == 7
    assert date(2026, 12, 1) not in days
    save_record(swim, {"ends_on": date(2027, 1, 20), "weeks_ahead": 52}, by=ANNA)
    assert run_job("make_course_days", date(2027, 3, 1)).done == 1  # after months: the last one
    assert db.session.scalar(select(CourseDay).where(CourseDay.course_date_id == draft.id)) is None


# --- what is in the way -------------------------------------------------------------------------


def test_a_taken_room_or_leader_and_closed_hours_are_asked_about():
    hall, tina = factories.location(), trainer()
    lane = room(hall)
    save_record(OpeningHours(), {"location_id": hall.id, "weekday": Weekday.TUESDAY,
                                 "opens_at": time(15), "closes_at": time(20)}, by=ANNA)  # fmt: skip
    place = {"location_id": hall.id, "room_id": lane.id, "instructor_id": tina.id}
    first, second = course(**place), course(**place | {"title": "Yoga"})
    for each in (first, second):
        weekly(each)
    made(first, number=2)

    with pytest.raises(NeedsConfirmation, match="2 Mal etwas im Weg") as asked:
        made(second, number=2)
    assert asked.value.details[0] == "24.11.2026 16:00–17:00: Kurs „Welpenkurs“"
    assert len(made(second, number=2, **OCCUPIED)) == 2
    day = db.session.scalars(days_of(second)).first()
    free = {"held_on": date(2026, 11, 24), "starts_at": time(17), "ends_at": time(18)}
    move_day(day, **free, **NOW)
    assert (day.on, day.clock) == (day.planned_on, "17:00 bis 18:00")
    for moved, code, why in (
        ({"starts_at": time(16, 30), "ends_at": time(18)}, "occupied", "schon etwas"),
        ({"starts_at": time(19), "ends_at": time(21)}, "closed", "Öffnungszeiten"),
        ({"held_on": date(2026, 12, 25)}, "closed", "Erster Weihnachtstag"),
    ):
        with pytest.raises(NeedsConfirmation, match=why) as asked:
            move_day(day, **free | moved, **NOW)
        assert asked.value.code == code
    move_day(day, **free | {"held_on": date(2026, 12, 25)}, confirmed=frozenset({"closed"}), **NOW)
    assert day.on == date(2026, 12, 25)


def test_two_who_take_the_same_room_at_once_are_not_both_let_in(app):
    """One is asked: the lock of the room is held until the other's days are written."""
    hall = factories.location()
    lane = room(hall)
    ids = []
    for _ in range(2):
        each = course(location_id=hall.id, room_id=lane.id)
        weekly(each)
        ids.append(each.id)

    def book(course_id):
        def run():
            with clock.at(clock.noon(DAY)):
                return made(db.session.get(CourseDate, course_id), number=3)

        return run

    answers = in_threads(app, *(book(id_) for id_ in ids))

    assert sum(isinstance(a, NeedsConfirmation) for a in answers) == 1
    assert sum(isinstance(a, list) and len(a) == 3 for a in answers) == 1


# --- who leads, and what it is about --------------------------------------------------------------


def test_somebody_absent_is_checked_out_of_the_days_and_in_again():
    tina, timo = trainer(), trainer(first_name="Timo", email="timo@example.org")
    yoga = course(instructor_id=tina.id)
    weekly(yoga)
    made(yoga, number=4)
    first, second, third, fourth = db.session.scalars(days_of(yoga))
    span = {"first": date(2026, 12, 1), "last": date(2026, 12, 8)}

    with pytest.raises(DomainError, match="liegt vor dem ersten"):
        enter_absence(employee=tina, first=span["last"], last=span["first"], **NOW)
    absence = enter_absence(employee=tina, **span, note="Urlaub", **NOW)
    with pytest.raises(DomainError, match="schon als abwesend"):
        enter_absence(employee=tina, first=date(2026, 12, 8), last=date(2026, 12, 9), **NOW)

    assert [d.led_by for d in (first, second, third, fourth)] == [tina, None, None, tina]
    replace_instructor(second, instructor=timo, **NOW)
    assert (second.led_by, second.is_unled) == (timo, False)
    with pytest.raises(NeedsConfirmation, match="als abwesend eingetragen"):
        replace_instructor(third, instructor=tina, **NOW)
    remove_absence(absence, **NOW)
    assert [d.led_by for d in (second, third)] == [timo, tina]
    enter_absence(employee=tina, first=date(2026, 12, 22), last=date(2026, 12, 22), **NOW)
    assert "ohne Kursleitung" in plan_days(yoga, first=date(2026, 12, 22), number=1).lines[0]
    name_topic(first, topic="  Leinenführung ", **NOW)
    assert first.topic == "Leinenführung"
    actions = set(db.session.scalars(select(Activity.action)))
    assert {"absence.entered", "absence.removed", "course_day.given", "course_day.topic",
            "course_date.days_made"} <= actions  # fmt: skip


def test_whoever_has_a_place_reads_that_their_day_was_moved():
    """Who comes on the old day or the new one, each once; nobody is told without being asked."""
    swim = course(ends_on=date(2026, 12, 31))
    day = factories.course_day(swim, DAY + timedelta(days=1))
    dogs = [factories.participant(first_name=name) for name in ("Bello", "Rex", "Luna")]
    first, last = (day.on, None), (date(2026, 12, 3), None)
    for dog, (starts_on, ends_on) in zip(dogs, (first, last, (day.on, day.on)), strict=True):
        with transaction():
            enrol(dog, swim, starts_on=starts_on, ends_on=ends_on, by=ANNA)
    to = {"starts_at": FOUR, "ends_at": FIVE, **NOW}

    move_day(day, held_on=date(2026, 11, 26), **to)
    assert db.session.scalars(select(Message)).all() == []
    move_day(day, held_on=date(2026, 12, 3), notify=True, **to)

    mails = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert {mail.customer_id for mail in mails} == {dogs[0].customer_id, dogs[1].customer_id}
    assert "am 26.11.2026 16:00 bis 17:00 Uhr ist verschoben" in mails[0].body
    assert "Für Bello geht es weiter am 03.12.2026 16:00 bis 17:00 Uhr" in mails[0].body


def test_a_weekly_time_goes_with_its_days_to_come_but_those_that_were_moved():
    yoga = course()
    tuesdays = weekly(yoga)
    made(yoga, number=4)
    _first, second, third, _fourth = db.session.scalars(days_of(yoga))
    move_day(third, held_on=date(2026, 12, 10), starts_at=FOUR, ends_at=FIVE, **NOW)
    with clock.at(clock.noon(DAY)):
        mailing_for(second)

    remove_time(tuesdays, days_from=date(2026, 12, 1), **NOW)

    left = [day.on for day in db.session.scalars(days_of(yoga))]
    assert left == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 10)]
    assert all(day.course_time_id is None for day in db.session.scalars(days_of(yoga)))
    with pytest.raises(DomainError, match="sagen Sie ihn stattdessen ab"):
        remove_day(second, **NOW)


def mailing_for(day):
    """Something that hangs on a day."""
    with transaction() as session:
        session.add(
            Mailing(course_date=day.course_date, course_day=day, subject="Morgen", text="Bis dann!",
                    created_at=clock.now(), created_by="Anna")
        )  # fmt: skip


# --- copies ---------------------------------------------------------------------------------------


def test_a_copy_takes_everything_over_and_moves_the_days_by_their_rule():
    hall, tina = factories.location(), trainer()
    yoga = course(location_id=hall.id, instructor_id=tina.id, capacity=8, capacity_min=4)
    weekly(yoga)
    made(yoga, number=4)  # up to 15 December

    start = next_start(yoga)
    copy = create_follow_up(yoga, title="Welpenkurs 2", starts_on=start, **NOW)

    assert start == date(2026, 12, 22)
    assert (yoga.follow_up, copy.state) == (copy, CourseState.DRAFT)
    assert (copy.location, copy.instructor, copy.price, copy.capacity, copy.capacity_min) == (
        hall, tina, Decimal("149.00"), 8, 4
    )  # fmt: skip
    days = [d.on for d in db.session.scalars(days_of(copy))]
    assert days == [date(2026, 12, 22), date(2026, 12, 29), date(2027, 1, 5), date(2027, 1, 12)]
    with pytest.raises(DomainError, match="schon angelegt: „Welpenkurs 2“"):
        create_follow_up(yoga, title="Noch einer", starts_on=start, **NOW)
    by_hand = course()
    add_day(by_hand, held_on=date(2026, 11, 26), starts_at=FOUR, ends_at=FIVE, topic="Start", **NOW)
    again = copy_course(by_hand, title="Wieder", starts_on=date(2027, 3, 2), **NOW)
    assert (only_day(again).on, only_day(again).topic) == (date(2027, 3, 4), "Start")
