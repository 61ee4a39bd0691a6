"""Make-up days: granted, spent, moved, taken back, reset (spec COU-06, 08, 14, PAR-08, 09)."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.jobs import run_job
from kutego.models import (
    CompensationWay,
    CourseCategory,
    CourseDay,
    CourseDayState,
    Enrolment,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    MakeUpStatus,
    Message,
)
from kutego.models import company as house
from kutego.operations.called_off_days import call_off_day
from kutego.operations.customers import lock_customer
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.make_up_days import change_day, release_claim, release_guests, use_claim
from kutego.operations.make_up_places import candidates_for, days_for, free_places
from kutego.operations.make_ups import give_claim, grant_claim, reset_claim, withdraw_claim
from kutego.operations.master_data import save_record
from kutego.operations.participants import change_level
from kutego.operations.places import taken_places
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

BY = {"on": DAY, "by": ANNA}
MISSED, NEXT, LATER = (DAY + timedelta(days=days) for days in (7, 14, 21))
LATE = {"confirmed": frozenset({"late"})}


def category(name="Seepferdchen", **rules):
    return save_record(CourseCategory(), {"name": name, **rules}, by=ANNA)


def course(*days, hour=16, **values):
    """A course with these days, for an hour."""
    made = factories.course_date(title="Seepferdchen", starts_on=DAY, **values)
    for day in days or (MISSED, NEXT, LATER):
        add_day(made, day, starts_at=time(hour), ends_at=time(hour + 1))
    return made


def add_day(of, on, **values):
    return save_record(CourseDay(), {"course_date_id": of.id, "on": on, **values}, by=ANNA)


def place(of, who=None):
    who = who or factories.participant(first_name="Mia")
    with transaction():
        return enrol(who, of, starts_on=of.starts_on, ends_on=of.ends_on, by=ANNA)


def signed_off(of, day=0, *, who=None, reason=MakeUpReason.SIGNED_OFF, on=DAY, **values):
    """A place, and its claim for the missed day."""
    enrolment = of if isinstance(of, Enrolment) else place(of, who)
    with clock.at(clock.noon(on)), transaction():
        missed = enrolment.course_date.days[day]
        return grant_claim(enrolment, missed, reason=reason, on=on, by=ANNA, **values)


def change(record, **values):
    return save_record(record, values, by=ANNA)


def refused(code, call, *args, **values):
    """The sentence of the question."""
    with pytest.raises(NeedsConfirmation) as question:
        call(*args, **values)
    assert question.value.code == code
    return str(question.value)


def test_a_claim_is_refused_late_beyond_the_limit_elsewhere_and_where_make_ups_are_off(app):
    """COU-14: the rules are the course's, else its category's, else the house's."""
    water = category(make_up_limit=1)
    mia = place(course(category_id=water.id))
    evening = MISSED - timedelta(days=1)  # 24 hours before would be four in the afternoon

    with (
        clock.at(clock.noon(evening) + timedelta(hours=5)),
        pytest.raises(NeedsConfirmation, match=r"Abmeldefrist .* am 29\.11\.2026, 16:00 Uhr"),
        transaction(),
    ):
        grant_claim(
            mia, mia.course_date.days[0], reason=MakeUpReason.SIGNED_OFF, on=evening, by=ANNA
        )
    change(mia.course_date, make_up_notice_hours=2)
    claim = signed_off(mia, on=evening)
    assert (claim.missed_on, claim.expires_on) == (MISSED, MISSED + timedelta(days=28))
    assert signed_off(mia, on=MISSED).id == claim.id  # twice is once, and asks nothing

    with pytest.raises(DomainError, match=r"Mia hat in diesem Kurs schon alle .* \(1\)"):
        signed_off(mia, 1)
    called_off = signed_off(mia, 1, reason=MakeUpReason.CALLED_OFF, on=LATER)  # neither counts
    change(water, make_ups=False)
    with pytest.raises(DomainError, match="Nachholtage ausgeschaltet"):
        signed_off(mia, 2)
    with pytest.raises(DomainError, match="gehört nicht zu dem Kurs"), transaction():
        grant_claim(mia, course().days[0], reason=MakeUpReason.CALLED_OFF, **BY)
    with pytest.raises(DomainError, match="zwischen 1 und 731 Tagen"):
        change(water, make_up_valid_days=0)
    with pytest.raises(DomainError, match="zwischen 0 und 1"):
        change(house(), make_up_notice_hours=-1)

    withdraw_claim(called_off, **BY)
    withdraw_claim(called_off, **BY)  # attendance was corrected twice
    assert called_off.state is MakeUpState.RESET


def test_a_contract_gives_as_many_make_up_days_in_each_interval_as_its_term_says(app):
    running = factories.running_course(starts_on=DAY)
    weeks = [DAY + timedelta(days=7 * week) for week in range(1, 6)]
    for week in weeks:
        add_day(running, week)
    contract = factories.contract(course=running, make_ups_per_interval=1)
    [mia] = contract.enrolments

    signed_off(mia, 0)
    with pytest.raises(DomainError, match="in diesem Zeitraum schon alle"):
        signed_off(mia, 3)  # 21 December still lies in the first month
    second = signed_off(mia, 4)  # 28 December in the second

    assert second.missed_on == date(2026, 12, 28)
    assert contract.periods[0].last == date(2026, 12, 22)

    weekly = factories.contract(course=running, make_ups_per_interval=1, interval_weeks=2)
    [mia] = weekly.enrolments
    signed_off(mia, 1)  # in the second fortnight, which nobody has billed yet
    with pytest.raises(DomainError, match="in diesem Zeitraum schon alle"):
        signed_off(mia, 2)
    assert signed_off(mia, 3).missed_on == date(2026, 12, 21)  # the third begins that day


def test_a_day_takes_no_guest_who_does_not_fit(app):
    """COU-08, 11, 14: category, expiry, places, somewhere else at that time, locked."""
    water, dogs = category(), category("Hunde")
    home = course(category_id=water.id, capacity=5)
    claim = signed_off(home)
    there = course(NEXT, category_id=water.id, capacity=1)
    agility = course(NEXT, category_id=dogs.id)
    no_category = course(NEXT)
    far = add_day(there, MISSED + timedelta(days=29))
    called_off = add_day(there, LATER, state=CourseDayState.CANCELLED)

    for day, sentence in (
        (home.days[0], "der Tag, der nachgeholt werden soll"),
        (agility.days[0], "nur in Kursen derselben Kategorie"),
        (no_category.days[0], "nur in Kursen derselben Kategorie"),
        (far, "gilt nur bis zum 28.12.2026"),
        (called_off, "ist abgesagt"),
    ):
        with pytest.raises(DomainError, match=sentence):
            use_claim(claim, course_day=day, **BY)
    place(there)
    assert "kein Platz mehr frei" in refused("full", use_claim, claim, course_day=there.days[0],
                                             **BY)  # fmt: skip
    after = NEXT + timedelta(days=1)
    refused("past", use_claim, claim, course_day=there.days[0], on=after, by=ANNA)
    assert "schon in „Seepferdchen“" in refused("double", use_claim, claim,
                                                course_day=home.days[1], **BY)  # fmt: skip
    owner = claim.customer
    lock_customer(owner, reason="zahlt nicht", **BY)
    with pytest.raises(DomainError, match="ist gesperrt"):
        use_claim(claim, course_day=there.days[0], **BY, confirmed=frozenset({"full"}))
    assert claim.state is MakeUpState.OPEN
    assert [day.id for day in db.session.scalars(days_for(claim, DAY))] == [
        home.days[1].id, there.days[0].id, home.days[2].id
    ]  # fmt: skip


def test_a_level_decides_within_a_category_and_is_asked_about_elsewhere(app):
    """COU-14: by the course of origin, or by what somebody has reached meanwhile."""
    water = category()
    bronze, silver, anybody = (
        course(category_id=water.id, hour=hour, level=level)
        for hour, level in ((9, "Bronze"), (11, "Silber"), (13, None))
    )
    claim = signed_off(bronze)
    fits = [
        [c.id for c in db.session.scalars(candidates_for(each.days[1], DAY))] == [claim.id]
        for each in (silver, anybody)
    ]
    assert fits == [False, True]
    assert [day.course_date.level for day in db.session.scalars(days_for(claim, DAY))].count(
        "Silber"
    ) == 3  # offered, with the level said
    told = refused("level", use_claim, claim, course_day=silver.days[1], **BY)
    assert "ist für „Silber“ (Stufe); bei Mia steht „–“" in told

    change_level(claim.participant, level="silber", **BY)
    assert db.session.scalars(candidates_for(silver.days[1], DAY)).all() == [claim]
    use_claim(claim, course_day=silver.days[1], **BY)
    other = signed_off(bronze, who=factories.participant(first_name="Tim"))
    use_claim(other, course_day=course(category_id=water.id, level="BRONZE").days[1], **BY)


def test_a_guest_takes_a_place_of_the_day_moves_and_gives_it_back(app):
    water = category()
    home, there = (
        course(category_id=water.id),
        course(NEXT, LATER, category_id=water.id, capacity=2, hour=17),
    )
    mia = place(home)
    first, second = signed_off(mia, 0), signed_off(mia, 1)
    one, two = there.days
    other = place(there)
    claims = [c.id for c in db.session.scalars(candidates_for(one, DAY))]
    assert claims == [first.id, second.id]  # the oldest first

    refused("older", use_claim, second, course_day=one, **BY)
    use_claim(first, course_day=one, **BY)
    assert (taken_places(there, NEXT), free_places(one), free_places(two)) == (2, 0, 1)
    with pytest.raises(DomainError, match="schon zum Nachholen eingetragen"):
        use_claim(second, course_day=one, **BY, confirmed=frozenset({"full"}))
    with pytest.raises(DomainError, match=r"ist schon für den 07.12.2026 eingetragen"):
        withdraw_claim(first, **BY)
    with pytest.raises(DomainError, match="Nur ein offener Nachholtag"):
        reset_claim(first, **BY)

    signed_off(other, 1)  # whoever signs off lets a guest in for that day
    assert free_places(two) == 2
    change_day(first, course_day=two, **BY)
    assert (first.used_day_id, free_places(one), free_places(two)) == (two.id, 1, 1)
    with clock.at(clock.noon(LATER)):
        refused("late", release_claim, first, on=LATER, by=ANNA)
    release_claim(first, **BY)
    assert first.status(DAY) is MakeUpStatus.OPEN
    assert first.status(first.expires_on + timedelta(days=1)) is MakeUpStatus.EXPIRED

    use_claim(first, course_day=two, **BY)
    with transaction():
        assert release_guests(two, **BY) == [first]  # the house calls the day off
    assert first.expires_on == LATER + timedelta(days=28)
    reset_claim(first, reason="Kurs gewechselt", **BY)
    assert first.status(DAY) is MakeUpStatus.RESET


def test_with_the_place_go_the_claims_it_gave_but_not_the_days_that_were_made_up(app):
    home = course(MISSED, NEXT, LATER, hour=16)
    there = course(NEXT, LATER, hour=18, category_id=category().id)
    change(home, category_id=there.category_id)
    mia = place(home)
    claims = [signed_off(mia, day) for day in range(3)]
    use_claim(claims[0], course_day=there.days[0], **BY)
    use_claim(claims[1], course_day=there.days[1], **BY)

    with transaction():
        remove_enrolment(mia, on=NEXT, by=ANNA)  # with its invoice, say

    assert [claim.state for claim in claims] == [
        MakeUpState.USED, MakeUpState.RESET, MakeUpState.RESET
    ]  # fmt: skip
    assert taken_places(there, LATER) == 0


def test_goodwill_gives_a_day_by_hand_and_asks_where_somebody_has_no_place(app):
    home, stranger = course(), factories.participant()
    with pytest.raises(DomainError, match="wäre schon verfallen"):
        give_claim(stranger, course_date=home, expires_on=DAY - timedelta(days=1), **BY)
    refused("stranger", give_claim, stranger, course_date=home, **BY)

    claim = give_claim(stranger, course_date=home, confirmed=frozenset({"stranger"}), **BY)

    assert (claim.reason, claim.enrolment_id) == (MakeUpReason.GOODWILL, None)
    assert claim.expires_on == DAY + timedelta(days=28)


def test_a_mail_before_the_expiry_goes_out_once_and_only_where_the_house_wants_it(app):
    home = course()
    first, second = signed_off(home), signed_off(home)
    reset_claim(second, **BY)

    def remind(days_before):
        on = first.expires_on - timedelta(days=days_before)
        result = run_job("remind_make_ups", on)
        assert (result.refused, result.failed) == (0, 0), result.problems
        return result.done

    assert remind(3) == 0  # no mail unless the house asks for it
    change(house(), make_up_reminder_days=5)
    assert [remind(days) for days in (6, 5, 5, 4)] == [0, 1, 0, 0]
    [mail] = db.session.scalars(select(Message).where(Message.template == "make_up_expiring"))
    assert "bis einschließlich 28.12.2026" in mail.body
    assert remind(-1) == 0


def test_two_guests_who_ask_for_the_last_place_of_a_day_are_not_both_let_in(app):
    water = category()
    home, there = (
        course(category_id=water.id),
        course(NEXT, category_id=water.id, capacity=1, hour=17),
    )
    claims, day = [signed_off(home).id, signed_off(home).id], there.days[0].id
    db.session.rollback()

    def ask(claim_id):
        claim = db.session.get_one(MakeUpClaim, claim_id)
        return use_claim(claim, course_day=db.session.get_one(CourseDay, day), **BY).id

    answers = in_threads(app, *(lambda claim=claim: ask(claim) for claim in claims))

    [refusal] = [answer for answer in answers if isinstance(answer, Exception)]
    assert "kein Platz mehr frei" in str(refusal)
    assert len([answer for answer in answers if answer in claims]) == 1
    db.session.rollback()
    assert free_places(db.session.get_one(CourseDay, day)) == 0


def test_a_day_called_off_while_its_guest_leaves_the_course_gives_no_day_back(app):
    """The place that gave the make-up day is taken back, and the day that was to make it up falls
    out, at the same moment: whoever has the money back has no day to make up any more.
    """
    water = category()
    claims, calls = [], []
    for _n in range(4):
        home, there = course(category_id=water.id), course(NEXT, category_id=water.id, hour=17)
        claim = signed_off(home)
        use_claim(claim, course_day=there.days[0], **BY)
        claims.append(claim.id)
        calls += [
            lambda place=claim.enrolment_id: leave(place),
            lambda day=there.days[0].id: let_go(day),
        ]
    db.session.rollback()

    def leave(place_id):
        place = db.session.get_one(Enrolment, place_id)
        with transaction(place):
            remove_enrolment(place, **BY)

    def let_go(day_id):
        day = db.session.get_one(CourseDay, day_id)
        call_off_day(day, way=CompensationWay.NOTHING, confirmed=frozenset({"call_off"}), **BY)

    answers = in_threads(app, *calls)

    assert answers == [None] * 8
    db.session.rollback()
    for claim in (db.session.get_one(MakeUpClaim, claim_id) for claim_id in claims):
        assert (claim.state, claim.used_day_id) == (MakeUpState.RESET, None)
