from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import ConcurrentChange, DomainError, NeedsConfirmation
from kutego.models import (
    Activity,
    Attendance,
    AttendanceValue,
    CourseDay,
    CourseDayState,
    MakeUpClaim,
    MakeUpState,
    Participant,
)
from kutego.operations.attendances import record_attendance, record_rest
from kutego.operations.called_off_days import places_on
from kutego.operations.contract_moves import move_contract
from kutego.operations.enrolments import enrol
from kutego.operations.master_data import save_record
from kutego.operations.participant_lists import participant_list
from kutego.operations.pauses import pause_contract
from kutego.operations.places import taken_places
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")
BY = {"on": DAY, "by": ANNA}
JAN = Actor("Jan Trainer")
V = AttendanceValue
NEXT = DAY + timedelta(days=7)


@pytest.fixture
def day(app):
    course = factories.course_date(starts_on=DAY, ends_on=date(2027, 2, 1), make_ups=True)
    return factories.course_day(course)


def placed(course, **values):
    dog = factories.participant(**values)
    with transaction(dog, course):
        enrol(dog, course, starts_on=DAY, ends_on=course.ends_on, by=ANNA)
    return dog


def record(dog, day, value, seen=None, by=ANNA, confirmed=frozenset({"late"})):
    return record_attendance(
        dog, course_day=day, value=value, seen=seen, confirmed=confirmed, on=DAY, by=by
    )


def recorded():
    return [row.value for row in db.session.scalars(select(Attendance).order_by(Attendance.id))]


def actions(*names):
    query = select(Activity.action).where(Activity.action.in_(names)).order_by(Activity.id)
    return list(db.session.scalars(query))


def test_only_who_has_a_place_on_a_day_that_is_held_is_recorded(day):
    stranger, dog = factories.participant(), placed(day.course_date)
    gone = factories.course_day(day.course_date, NEXT, state=CourseDayState.CANCELLED)

    with pytest.raises(DomainError, match=r"hat am 23.11.2026 keinen Platz"):
        record(stranger, day, V.ATTENDED)
    with pytest.raises(DomainError, match=r"30.11.2026 ist abgesagt"):
        record(dog, gone, V.ATTENDED)
    with pytest.raises(DomainError, match="abgesagt"):
        record_rest(gone, **BY)

    assert recorded() == []


def test_what_somebody_else_recorded_meanwhile_stands(day):
    dog = placed(day.course_date)
    record(dog, day, V.ILL, by=JAN)

    with pytest.raises(ConcurrentChange, match="Jan Trainer hat Bello inzwischen als „Krank“"):
        record(dog, day, V.ATTENDED)
    record(dog, day, V.ILL)  # the same again is no conflict
    record(dog, day, V.ATTENDED, seen=V.ILL)
    record(dog, day, None, seen=V.ATTENDED)

    assert recorded() == []
    with pytest.raises(ConcurrentChange, match="inzwischen zurückgenommen"):
        record(dog, day, V.ILL, seen=V.ATTENDED)


def test_the_history_has_a_line_for_the_day_and_one_for_each_value_put_right_later(day):
    dogs = [placed(day.course_date) for _ in range(3)]
    with clock.at(clock.noon(DAY)):
        record(dogs[0], day, V.ATTENDED)
        record(dogs[0], day, V.EXCUSED, seen=V.ATTENDED)  # a wrong tap, put right at once
        assert record_rest(day, **BY) == 2
    with pytest.raises(DomainError, match="Für alle ist schon etwas eingetragen"):
        record_rest(day, **BY)

    with clock.at(clock.noon(NEXT)):
        record(dogs[1], day, V.UNEXCUSED, seen=V.ATTENDED)

    assert recorded() == [V.EXCUSED, V.UNEXCUSED, V.ATTENDED]
    assert actions("attendance.recorded", "attendance.corrected") == [
        "attendance.recorded",
        "attendance.corrected",
    ]


def test_signing_off_gives_a_claim_that_goes_again_unless_it_is_used(day):
    dog = placed(day.course_date)
    with pytest.raises(NeedsConfirmation, match="Abmeldefrist"):
        record(dog, day, V.MAKE_UP, confirmed=frozenset())
    assert recorded() == []

    record(dog, day, V.MAKE_UP)
    claim = db.session.scalars(select(MakeUpClaim)).one()
    assert (claim.state, claim.missed_on) == (MakeUpState.OPEN, DAY)
    record(dog, day, V.EXCUSED, seen=V.MAKE_UP)
    assert claim.state is MakeUpState.RESET

    record(dog, day, V.MAKE_UP, seen=V.EXCUSED)
    claim = db.session.scalars(select(MakeUpClaim).order_by(MakeUpClaim.id.desc())).first()
    later = factories.course_day(day.course_date, NEXT)
    with transaction(claim), db.session.no_autoflush:
        claim.move_to(MakeUpState.USED)
        claim.used_day_id = later.id
    with pytest.raises(DomainError, match=r"schon für den 30.11.2026 eingetragen"):
        record(dog, day, V.ATTENDED, seen=V.MAKE_UP)
    assert recorded() == [V.MAKE_UP]


def test_a_guest_is_on_the_list_but_cannot_sign_off_again(day):
    dog = placed(day.course_date)
    other = factories.course_day(
        factories.course_date(title="Dienstag", starts_on=DAY, ends_on=NEXT), NEXT
    )
    record(dog, day, V.MAKE_UP)
    claim = db.session.scalars(select(MakeUpClaim)).one()
    with transaction(claim), db.session.no_autoflush:
        claim.move_to(MakeUpState.USED)
        claim.used_day_id = other.id

    with pytest.raises(DomainError, match="ist an diesem Tag Gast"):
        record(dog, other, V.MAKE_UP)
    assert record_rest(other, **BY) == 1


def test_two_people_who_record_the_same_one_at_once_do_not_overwrite_each_other(app, day):
    dog, day_id = placed(day.course_date).id, day.id
    db.session.rollback()

    def tap(value, by):
        return record(
            db.session.get_one(Participant, dog), db.session.get_one(CourseDay, day_id), value,
            by=by,
        ).value  # fmt: skip

    answers = in_threads(app, lambda: tap(V.ATTENDED, ANNA), lambda: tap(V.ILL, JAN))

    [refusal] = [answer for answer in answers if isinstance(answer, Exception)]
    [value] = [answer for answer in answers if not isinstance(answer, Exception)]
    assert "inzwischen als" in str(refusal)
    assert recorded() == [value]
    assert db.session.scalar(select(func.count(Attendance.id))) == 1


def test_a_called_off_day_keeps_what_was_recorded(day):
    dog = placed(day.course_date)
    record(dog, day, V.ATTENDED)
    save_record(day, {"state": CourseDayState.CANCELLED}, by=ANNA)

    assert recorded() == [V.ATTENDED]


def test_who_pauses_keeps_the_place_and_is_not_missing(app):
    """A contract that pauses: marked, not counted as present, and gone where the place is."""
    running = factories.running_course(starts_on=DAY)
    days = [factories.course_day(running, DAY + timedelta(days=7 * n)) for n in (1, 2, 3)]
    kept, given_up, moved = (factories.contract(course=running) for _each in range(3))
    for contract, keep_place in ((kept, True), (given_up, False)):
        pause_contract(contract, first=days[1].on, last=days[1].on, keep_place=keep_place,
                       reason="Läufig", **BY)  # fmt: skip
    other = factories.running_course(starts_on=DAY)
    move_contract(moved, course_date=other, moves_on=days[1].on, **BY)

    sheet = participant_list(running, days)
    [first, second, third] = ([len(sheet.on(day)), sheet.taken(day)] for day in days)
    assert (first, second, third) == ([3, 3], [1, 1], [2, 2])  # who moved on is gone for good
    assert sheet.tally(days[1]) == {"there": 0, "missing": 0, "open": 0, "paused": 2}
    assert [taken_places(running, day.on) for day in days] == [3, 1, 2]

    with pytest.raises(DomainError, match="Für alle ist schon etwas eingetragen"):
        record_rest(days[1], **BY)
    assert places_on(days[1]) == []  # called off, nobody is owed anything
    save_record(running, {"make_ups": True}, by=ANNA)
    with pytest.raises(DomainError, match=r"ruht am .* nichts nachzuholen"):
        record(kept.participant, days[1], V.MAKE_UP)
    record(kept.participant, days[1], V.ATTENDED)  # came all the same
    assert participant_list(running, days).tally(days[1])["there"] == 1
