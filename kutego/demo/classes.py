"""What happened in class: who was there, what the team noted, what it knows of the dogs."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.errors import DomainError
from kutego.models import (
    Attendance,
    AttendanceValue,
    CourseDay,
    CourseDayState,
    CustomField,
    FieldKind,
    FieldTarget,
    Participant,
    ParticipantState,
)
from kutego.operations.attendances import record_attendance, record_rest
from kutego.operations.custom_values import save_values
from kutego.operations.master_data import save_record
from kutego.operations.participant_notes import add_participant_note
from kutego.operations.participants import change_level

MIA = Actor("Mia Groß")
BACK = timedelta(days=28)  # how far attendance goes back
SOME = 60  # dogs of whom there is more to read
LEVELS = ("Welpe", "Anfänger", "Fortgeschritten", "Begleithund")
NOTES = (
    "Bleibt beim Abrufen noch hängen, bitte nur mit langer Leine.",
    "Verträgt sich nicht mit unkastrierten Rüden.",
    "Frauchen wünscht sich mehr Übungen für zu Hause.",
    "Sehr aufgeweckt, kann bald in die nächste Gruppe.",
    "Nach der Operation noch zwei Wochen schonen.",
)
FIELDS = (
    {"label": "Kastriert", "kind": FieldKind.YES_NO, "place": 1, "in_list": True},
    {"label": "Haftpflicht bei", "kind": FieldKind.TEXT, "place": 2},
    {"label": "Vorerkrankungen", "kind": FieldKind.LONG_TEXT, "place": 3, "is_sensitive": True,
     "is_internal": True, "purpose": "Damit wir den Hund nicht überfordern"},
)  # fmt: skip
INSURERS = ("Uelzener", "Agila", "Haftpflichtkasse", "Barmenia")


def add_classes(seed: int, on: date) -> None:
    """Record the lessons of the last weeks, and fill what there is to know of some dogs."""
    random = Random(seed)  # noqa: S311  # dice of its own, so that the story keeps its own
    days = select(CourseDay).where(
        CourseDay.on.between(on - BACK, on - timedelta(days=1)),
        CourseDay.state == CourseDayState.PLANNED,
    )
    for day in db.session.scalars(days.order_by(CourseDay.on, CourseDay.id)).all():
        with clock.at(clock.noon(day.on)), transaction(day.course_date):
            _record(random, day)
    with clock.at(clock.noon(on)), transaction():
        fields = [
            save_record(CustomField(), {"target": FieldTarget.PARTICIPANT, **values}, by=OFFICE)
            for values in FIELDS
        ]
        here = Participant.state == ParticipantState.ACTIVE
        dogs = select(Participant).where(here).order_by(Participant.id).limit(SOME)
        for n, dog in enumerate(db.session.scalars(dogs).all()):
            change_level(dog, level=LEVELS[n % len(LEVELS)], on=on, by=OFFICE)
            if n % 4 == 0:
                add_participant_note(dog, text=NOTES[n // 4 % len(NOTES)], on=on, by=MIA)
            if n % 2 == 0:
                neutered, insured, ill = fields
                save_values(
                    dog,
                    {neutered: random.random() < 0.6, insured: random.choice(INSURERS),
                     ill: "Futterallergie" if n % 14 == 0 else None},
                    by=OFFICE,
                )  # fmt: skip


def _record(random: Random, day: CourseDay) -> None:
    """Nearly everybody was there."""
    try:
        record_rest(day, on=day.on, by=MIA)
    except DomainError:
        return  # nobody was in the course yet
    db.session.flush()
    rows = select(Attendance).where(Attendance.course_day_id == day.id).order_by(Attendance.id)
    for row in db.session.scalars(rows).all():
        roll = random.random()
        if roll < 0.15:
            others = (AttendanceValue.EXCUSED, AttendanceValue.UNEXCUSED, AttendanceValue.ILL)
            record_attendance(
                row.participant, course_day=day, value=others[int(roll * 20)],
                seen=AttendanceValue.ATTENDED, on=day.on, by=MIA,
            )  # fmt: skip
