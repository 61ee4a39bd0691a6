"""Appointments: free times, taken once, moved, called off."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from icalendar import Calendar
from sqlalchemy import event as sql
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.errors import DomainError, IllegalTransition, NeedsConfirmation
from kutego.jobs import run_job
from kutego.models import (
    Absence,
    Appointment,
    AppointmentPlace,
    AppointmentState,
    ClosingTime,
    Invitation,
    Invoice,
    Message,
    PositionKind,
    Rhythm,
    Unit,
    Weekday,
)
from kutego.operations.absences import appointments_with
from kutego.operations.appointment_slots import free_slots
from kutego.operations.appointment_templates import archive_template, copy_template
from kutego.operations.appointments import (
    arrange_appointment,
    cancel_appointment,
    mark_held,
    mark_missed,
    move_appointment,
)
from kutego.operations.attachments import stored_content
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.invoices import issue_invoice
from kutego.operations.master_data import save_record
from tests import factories
from tests.factories import ANNA, DAY, appointment_line
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

TUESDAY = date(2026, 11, 24)
NOON = time(12)
EVERYTHING = frozenset({"past", "lead_time", "outside", "occupied"})


@pytest.fixture(autouse=True)
def today():
    with clock.at(clock.noon(DAY)):
        yield


def arrange(template, day=TUESDAY, at=NOON, of=None, **values):
    defaults = {"lecturer": template.lecturers[0], "on": DAY, "by": ANNA}
    return arrange_appointment(
        of or factories.customer(), template=template, day=day, at=at, **defaults | values
    )


def wall(moment):
    return f"{moment.astimezone(clock.BERLIN):%d.%m. %H:%M}"


def entry_of(invitation):
    return Calendar.from_ical(stored_content(invitation)).events[0]


def hours_of(slots):
    return [wall(slot.begins_at)[-5:] for slot in slots]


def of_invoice(invoice):
    return db.session.scalars(select(Appointment).where(Appointment.invoice_id == invoice.id)).all()


# --- what is refused --------------------------------------------------------------------------


def test_a_template_that_cannot_be_is_refused():
    hall, other = factories.location(), factories.location(name="Wiese")
    who, saal = factories.lecturer(), factories.room(hall)
    for values, match in [
        ({"duration_minutes": 4}, "dauert 5 bis"),
        ({"duration_minutes": 1441}, "dauert 5 bis"),
        ({"buffer_minutes": 481}, "Pause"),
        ({"lead_hours": -1}, "Vorlauf"),
        ({"price": Decimal("-1.00")}, "Preis"),
        ({"vat_rate": Decimal("16.00")}, "Steuersatz"),
        ({"place": AppointmentPlace.FIXED}, "Standort wählen"),
        ({"place": AppointmentPlace.FIXED, "location_id": other.id, "room_id": saal.id},
         "anderen Standort"),
    ]:  # fmt: skip
        with pytest.raises(DomainError, match=match):
            factories.appointment_template(who, **values)


def test_hours_that_overlap_or_end_before_they_begin_are_refused():
    who = factories.lecturer((Weekday.MONDAY, time(8), time(12)))
    for from_time, to_time, match in [
        (time(10), time(9), "vor ihrem Beginn"),
        (time(11, 59), time(13), "überschneidet"),
    ]:
        with pytest.raises(DomainError, match=match):
            factories.lecturer_hours(who, Weekday.MONDAY, from_time, to_time)
    factories.lecturer_hours(who, Weekday.MONDAY, time(12), time(13))


def test_a_position_without_template_lecturer_or_time_is_refused():
    who = factories.lecturer()
    template, stranger = factories.appointment_template(who), factories.employee()
    whole = appointment_line(template, TUESDAY, NOON)
    for values, match in [
        ({"appointment_template_id": None}, "was für ein Termin"),
        ({"lecturer_id": None}, "wann und mit wem"),
        ({"begins_at": None}, "wann und mit wem"),
        ({"lecturer_id": stranger.id}, "gibt keine Termine"),
        ({"room_id": 4711}, "Raum gibt es nicht"),
        ({"quantity": Decimal("2.00")}, "Menge 1"),
    ]:
        with pytest.raises(DomainError, match=f"Position 1: .*{match}"):
            factories.draft(type(whole)(**vars(whole) | values))
    archive_template(template, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="was für ein Termin"):
        factories.draft(whole)


def test_past_too_soon_and_outside_the_hours_are_asked_about():
    who = factories.lecturer((Weekday.TUESDAY, time(10), time(12)))
    template = factories.appointment_template(who, lead_hours=48)

    for day, at, codes, asked in [
        (DAY, time(11), (), "past"),
        (DAY, time(13), (), "lead_time"),
        (TUESDAY, time(10), (), "lead_time"),
        (TUESDAY, time(9, 59), ("lead_time",), "outside"),
        (TUESDAY, time(11, 1), ("lead_time",), "outside"),
        (date(2026, 12, 2), time(10), (), "outside"),
    ]:
        with pytest.raises(NeedsConfirmation) as question:
            arrange(template, day, at, confirmed=frozenset(codes))
        assert question.value.code == asked

    exact = arrange(template, TUESDAY, time(11), confirmed=frozenset({"lead_time"}))
    assert wall(exact.begins_at) == "24.11. 11:00"


def test_an_overlap_of_a_minute_refuses_and_the_next_minute_is_free():
    template = factories.appointment_template(duration_minutes=60, buffer_minutes=15)
    arrange(template, at=time(12))

    for at in (time(10, 46), time(12), time(13, 14)):  # the time kept free counts, on both sides
        with pytest.raises(DomainError, match="ist zu dieser Zeit belegt: Termin „Einzelstunde“"):
            arrange(template, at=at, confirmed=EVERYTHING)

    assert arrange(template, at=time(10, 45)).state is AppointmentState.PLANNED
    assert arrange(template, at=time(13, 15)).state is AppointmentState.PLANNED


def test_a_lecturer_who_teaches_is_taken_and_one_who_is_away_is_asked_about():
    who = factories.lecturer()
    template = factories.appointment_template(who)
    course = factories.course_date(instructor_id=who.id)
    factories.course_day(course, TUESDAY, starts_at=time(16), ends_at=time(17))
    with pytest.raises(DomainError, match="Kurs „Welpenkurs“"):
        arrange(template, at=time(16, 59), confirmed=EVERYTHING)
    arrange(template, at=time(17))

    away = {"employee_id": who.id, "starts_on": TUESDAY, "ends_on": TUESDAY}
    save_record(Absence(), away, by=ANNA)
    with pytest.raises(NeedsConfirmation, match="abwesend") as question:
        arrange(template, at=time(9))
    assert question.value.code == "occupied"
    arrange(template, at=time(9), confirmed=frozenset({"occupied"}))


def test_a_participant_who_is_elsewhere_at_that_time_is_asked_about():
    dog, day = factories.participant(), TUESDAY + timedelta(weeks=1)
    lesson = factories.course_day(on=day, starts_at=time(11))
    place = {"kind": PositionKind.COURSE, "course_date_id": lesson.course_date_id}
    factories.invoice(factories.line("149.00", participant_id=dog.id, **place), of=dog.customer)
    template = factories.appointment_template()
    mine = {"of": dog.customer, "participant": dog, "day": day}
    for at in (time(10, 30), time(11, 30)):
        with pytest.raises(NeedsConfirmation, match="schon in „Welpenkurs“") as question:
            arrange(template, at=at, **mine)
        assert question.value.code == "double"
    first = arrange(template, at=time(13), **mine)
    other = factories.appointment_template(name="Beratung")
    with pytest.raises(NeedsConfirmation, match="schon in „Einzelstunde“"):
        arrange(other, at=time(13, 30), **mine)
    arrange(other, day=day, at=time(13, 30), of=dog.customer)  # the customer has another dog
    move = {"lecturer": first.lecturer, "day": day, "on": DAY, "by": ANNA}
    move_appointment(first, at=time(13, 30), **move)  # its own time is no bar
    with pytest.raises(NeedsConfirmation, match="schon in „Welpenkurs“"):
        move_appointment(first, at=time(10, 30), **move)
    move_appointment(first, at=time(10, 30), confirmed=frozenset({"double"}), **move)


def test_half_a_pool_is_enough_but_a_rented_room_is_not():
    pool = factories.room(name="Becken")
    template = factories.appointment_template(
        place=AppointmentPlace.FIXED, room_id=pool.id, location_id=None
    )
    factories.course_day(
        factories.course_date(room_id=pool.id), TUESDAY, starts_at=NOON, ends_at=time(13)
    )
    with pytest.raises(NeedsConfirmation, match="Becken ist zu dieser Zeit belegt"):
        arrange(template)
    arrange(template, confirmed=frozenset({"occupied"}))

    factories.invoice(factories.rental_line(pool, TUESDAY, time(15), time(16)))
    with pytest.raises(DomainError, match="Becken ist zu dieser Zeit belegt: Raumvermietung"):
        arrange(template, at=time(15, 30), confirmed=EVERYTHING)


def test_an_hour_that_the_clocks_leave_out_is_refused_and_one_that_comes_twice_is_the_first():
    template = factories.appointment_template(
        factories.lecturer((Weekday.SUNDAY, time(0), time(23)))
    )
    with pytest.raises(DomainError, match="Uhr vorgestellt"):
        arrange(template, date(2027, 3, 28), time(2, 30))

    autumn = arrange(template, date(2027, 10, 31), time(2, 30))
    assert autumn.begins_at.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    with pytest.raises(DomainError, match="belegt"):
        arrange(template, date(2027, 10, 31), time(2))


# --- free times -------------------------------------------------------------------------------


def test_free_times_are_the_hours_minus_everything_that_is_on():
    who = factories.lecturer(
        (Weekday.TUESDAY, time(10), time(12)), (Weekday.TUESDAY, time(14), time(15))
    )
    template = factories.appointment_template(who, duration_minutes=60)
    assert hours_of(free_slots(template, TUESDAY, TUESDAY)) == ["10:00", "10:30", "11:00", "14:00"]

    arrange(template, at=time(10, 30))
    assert hours_of(free_slots(template, TUESDAY, TUESDAY)) == ["14:00"]
    closed = {"title": "Betriebsferien", "starts_on": TUESDAY, "ends_on": TUESDAY}
    save_record(ClosingTime(), closed, by=ANNA)
    assert free_slots(template, TUESDAY, TUESDAY) == []
    assert len(free_slots(template, TUESDAY, TUESDAY + timedelta(days=7))) == 4


def test_free_times_respect_the_lead_time_and_the_night_of_the_clocks():
    who = factories.lecturer((Weekday.SUNDAY, time(1), time(5)))
    template = factories.appointment_template(who, duration_minutes=30, lead_hours=24)
    assert free_slots(template, DAY, DAY) == []

    spring = free_slots(template, date(2027, 3, 28), date(2027, 3, 28))
    autumn = free_slots(template, date(2027, 10, 31), date(2027, 10, 31))

    assert [len(spring), len(autumn), len(free_slots(template, date(2027, 4, 4), date(2027, 4, 4)))
            ] == [6, 10, 8]  # fmt: skip
    assert "02:00" not in hours_of(spring)


def test_free_times_of_a_month_take_as_many_statements_as_those_of_a_day(app):
    who = [factories.lecturer(first_name=name) for name in ("Ada", "Bert", "Cora")]
    template = factories.appointment_template(*who)
    for hour in (8, 10, 12, 14):
        arrange(template, at=time(hour))

    def count(days):
        db.session.rollback()
        found = []
        listener = lambda *args: found.append(args[2])  # noqa: E731
        sql.listen(db.engine, "before_cursor_execute", listener)
        slots = free_slots(template, TUESDAY, TUESDAY + timedelta(days=days))
        sql.remove(db.engine, "before_cursor_execute", listener)
        return len(found), len(slots)

    (day, few), (month, many) = count(0), count(30)

    assert day == month <= 12
    assert few < many


# --- sold, moved, given back ------------------------------------------------------------------


def test_a_position_takes_the_slot_tells_the_customer_and_gives_it_back():
    template = factories.appointment_template()
    owner = factories.customer()
    draft = factories.draft(appointment_line(template, TUESDAY, NOON), of=owner)
    assert db.session.scalars(select(Appointment)).all() == []  # a draft reserves nothing

    invoice = issue_invoice(draft, on=DAY, by=ANNA)
    [appointment] = of_invoice(invoice)
    assert (appointment.state, appointment.position_key) == (AppointmentState.PLANNED, "p1")
    assert invoice.current.positions[0].period_first == TUESDAY
    mail = db.session.scalars(
        select(Message).where(Message.template == "appointment_confirmed")
    ).one()
    assert "24.11.2026 12:00–13:00 Uhr" in mail.body
    [(table, id_)] = mail.attachments
    assert table == "invitation"
    entry = entry_of(db.session.get(Invitation, id_))
    assert entry["dtstart"].dt == appointment.begins_at
    assert entry["sequence"] == 0

    assert "ist wieder frei" in str(plan_cancellation(invoice).lines())
    cancel_positions(invoice, reason="krank", on=DAY, by=ANNA)
    assert of_invoice(invoice)[0].state is AppointmentState.CANCELLED
    arrange(template)  # free again (EVT-02)


def test_moving_frees_the_old_time_and_changes_the_calendar_entry():
    template = factories.appointment_template()
    appointment = arrange(template, at=time(12), send_mail=True)
    other = arrange(template, at=time(15))

    move = {"lecturer": appointment.lecturer, "on": DAY, "by": ANNA}
    with pytest.raises(DomainError, match="belegt"):
        move_appointment(appointment, day=TUESDAY, at=time(14, 30), **move)
    own = {"lecturer": appointment.lecturer, "apart_from": appointment}
    assert "12:30" in hours_of(free_slots(template, TUESDAY, TUESDAY, **own))
    move_appointment(appointment, day=TUESDAY, at=time(12, 30), **move)  # its own time is no bar

    assert wall(appointment.begins_at) == "24.11. 12:30"
    newest = db.session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    assert entry_of(newest)["sequence"] == 1
    cancel_appointment(other, reason="verhindert", on=DAY, by=ANNA)
    gone = db.session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    assert Calendar.from_ical(stored_content(gone))["method"] == "CANCEL"
    with pytest.raises(DomainError, match="„Abgesagt“"):
        move_appointment(other, day=TUESDAY, at=time(9), **move)
    with pytest.raises(DomainError, match="„Abgesagt“"):
        cancel_appointment(other, on=DAY, by=ANNA)


def test_who_comes_tomorrow_is_reminded_once_and_again_of_another_time():
    template = factories.appointment_template()
    soon, gone = arrange(template, at=time(12)), arrange(template, at=time(15))
    arrange(template, of=factories.customer(email=None), at=time(17))
    later = arrange(template, day=TUESDAY + timedelta(days=1))
    cancel_appointment(gone, on=DAY, by=ANNA)

    def reminded():
        done = run_job("remind_appointments", TUESDAY - timedelta(days=1)).done
        query = select(Message.subject_id).where(Message.template == "appointment_reminder")
        return done, db.session.scalars(query.order_by(Message.id)).all()

    with clock.at(clock.moment(DAY, time(13))):
        assert reminded() == (0, [])  # told an hour ago
    with clock.at(clock.moment(TUESDAY, time(8, 30))):
        factories.change_company(appointment_reminder_days=None)
        assert reminded() == (0, [])
        factories.change_company(appointment_reminder_days=1)
        assert reminded() == (1, [soon.id])  # a day late, and in time still
        assert reminded() == (0, [soon.id])
        move_appointment(
            soon, lecturer=soon.lecturer, day=TUESDAY, at=time(13), on=TUESDAY, by=ANNA
        )
        assert reminded() == (1, [soon.id, soon.id])
        assert run_job("remind_appointments", TUESDAY, dry_run=True).plan == [
            "Einzelstunde, 25.11.2026 12:00–13:00"
        ]
        with pytest.raises(DomainError, match="1 bis 14 Tage"):
            factories.change_company(appointment_reminder_days=30)
    assert later.reminded_for is None


def test_a_series_leaves_out_what_does_not_fit_and_says_so_first():
    template, owner = factories.appointment_template(), factories.customer()
    who = template.lecturers[0]
    arrange(template, day=TUESDAY + timedelta(weeks=2), at=time(12, 30))
    holiday = TUESDAY + timedelta(weeks=4)
    closed = {"title": "Betriebsferien", "starts_on": holiday, "ends_on": holiday}
    save_record(ClosingTime(), closed, by=ANNA)
    series = {"of": owner, "times": 4, "rhythm": Rhythm.FORTNIGHT, "send_mail": True}

    with pytest.raises(NeedsConfirmation) as question:
        arrange(template, **series)
    assert question.value.code == "left_out"
    assert str(question.value).startswith("2 Termine der Reihe passen nicht")
    taken, shut = question.value.details
    assert "belegt: Termin „Einzelstunde“, 08.12.2026 12:30" in taken
    assert shut.endswith("geschlossen („Betriebsferien“), 22.12.2026 00:00–23.12.2026 00:00.")
    arrange(template, confirmed=frozenset({"left_out"}), remark="Reihe", **series)

    made = db.session.scalars(select(Appointment).where(Appointment.customer_id == owner.id)).all()
    assert [wall(each.begins_at) for each in made] == ["24.11. 12:00", "05.01. 12:00"]
    assert {each.remark for each in made} == {"Reihe"}
    mail = db.session.scalars(select(Message).where(Message.customer_id == owner.id)).one()
    assert "24.11.2026 12:00–13:00 Uhr\n05.01.2027 12:00–13:00 Uhr" in mail.body
    assert len(mail.attachments) == 2
    assert [each.customer_id for each in appointments_with(who, TUESDAY, TUESDAY)] == [owner.id]
    with pytest.raises(DomainError, match="1 bis 52 Termine"):
        arrange(template, day=TUESDAY + timedelta(days=1), times=53)
    with pytest.raises(DomainError, match="belegt"):  # the first has to fit
        arrange(template, times=2)


def test_held_and_missed_are_noted_only_when_it_has_begun():
    template = factories.appointment_template()
    appointment = arrange(template, at=NOON)
    with pytest.raises(DomainError, match="noch nicht begonnen"):
        mark_held(appointment, on=DAY, by=ANNA)

    with clock.at(clock.moment(TUESDAY, time(12, 30))):
        mark_missed(appointment, on=TUESDAY, by=ANNA)
        mark_held(appointment, on=TUESDAY, by=ANNA)  # a wrong click is put right
        with pytest.raises(IllegalTransition):
            mark_held(appointment, on=TUESDAY, by=ANNA)
    assert appointment.state is AppointmentState.HELD


def test_a_lesson_that_was_held_stays_held_when_its_invoice_is_cancelled():
    template = factories.appointment_template()
    invoice = factories.invoice(appointment_line(template, TUESDAY, NOON))
    with clock.at(clock.moment(TUESDAY, time(14))):
        mark_held(of_invoice(invoice)[0], on=TUESDAY, by=ANNA)
        cancel_positions(invoice, reason="Kulanz", on=TUESDAY, by=ANNA)

    assert of_invoice(invoice)[0].state is AppointmentState.HELD


def test_a_copy_of_a_template_has_its_lecturers_and_its_terms():
    template = factories.appointment_template(duration_minutes=45, buffer_minutes=10)
    copy = copy_template(template, on=DAY, by=ANNA)

    assert copy.name == "Einzelstunde (Kopie)"
    assert (copy.duration_minutes, copy.lecturers) == (45, template.lecturers)


def test_hours_of_work_are_not_a_number_of_appointments():
    template = factories.appointment_template()
    line = appointment_line(template, TUESDAY, NOON, unit=Unit.HOUR, quantity=Decimal("1.50"))
    assert len(of_invoice(factories.invoice(line))) == 1


# --- at once ----------------------------------------------------------------------------------


def test_two_invoices_for_one_slot_make_one_appointment(app):
    template = factories.appointment_template()
    drafts = [factories.draft(appointment_line(template, TUESDAY, NOON)).id for _n in range(4)]

    outcomes = in_threads(app, *(lambda id_=id_: _issue(id_) for id_ in drafts))

    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, DomainError)]
    assert sorted(isinstance(o, int) for o in outcomes) == [False, False, False, True]
    assert all("ist zu dieser Zeit belegt" in sentence for sentence in refused)
    nearest = "Frei wäre: 24.11.2026 11:00, 24.11.2026 13:00, 24.11.2026 13:30."
    assert all(sentence.endswith(nearest) for sentence in refused)
    db.session.rollback()
    assert len(db.session.scalars(select(Appointment)).all()) == 1
    assert len(db.session.scalars(select(Invoice).where(Invoice.number.is_not(None))).all()) == 1


def test_one_room_at_one_time_with_two_lecturers_goes_to_one(app):
    room = factories.room()
    pair = [
        factories.appointment_template(place=AppointmentPlace.FIXED, room_id=room.id)
        for _n in range(2)
    ]
    drafts = [factories.draft(appointment_line(each, TUESDAY, NOON)).id for each in pair]

    outcomes = in_threads(app, *(lambda id_=id_: _issue(id_) for id_ in drafts))

    assert sorted(isinstance(outcome, DomainError) for outcome in outcomes) == [False, True]
    db.session.rollback()
    assert len(db.session.scalars(select(Appointment)).all()) == 1


def _issue(id_):
    with clock.at(clock.noon(DAY)):
        return issue_invoice(db.session.get(Invoice, id_), on=DAY, by=ANNA).id
