"""What is asked when days of a course are made, added, moved or given to somebody else."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import CourseDay, CourseKind, Right, Room
from kutego.operations.course_days import days_missing
from kutego.periods import DAY
from kutego.texts import marked as m
from kutego.views.office.colleagues import colleagues
from kutego.views.office.house_words import worded
from kutego.views.panel import (
    CheckField,
    DateField,
    NumberField,
    PanelForm,
    RecordField,
    TextField,
    TimeField,
    today,
)

MOST = 400  # days at once


def rooms_of(course_date):
    """The rooms that a day of a course can be in."""
    rooms = select(Room).where(Room.is_active).order_by(Room.name)
    if course_date is not None and course_date.location_id is not None:
        rooms = rooms.where(Room.location_id == course_date.location_id)
    return list(db.session.scalars(rooms))


class MakeDaysForm(PanelForm):
    first = DateField(m("Ab"))
    until = DateField(m("Bis"), required=False)
    number = NumberField(
        m("oder Anzahl der Tage"), required=False, least=1, most=MOST,
        description=m("Entweder bis zu einem Tag oder so viele Tage."),
    )  # fmt: skip

    @classmethod
    def initial(cls, records):
        course = records[0]
        span = days_missing(course, today())
        if course.kind is CourseKind.RUNNING and span:
            return {"first": span[0], "until": span[1]}
        if course.days_until is not None:
            return {"first": course.days_until + DAY}
        return {"first": course.starts_on, "until": course.ends_on}


class WhenForm(PanelForm):
    held_on = DateField(m("Tag"))
    starts_at = TimeField(m("Von"))
    ends_at = TimeField(m("Bis"))
    room = RecordField(m("Raum"), required=False,
                       description=m("Leer: der Raum des Kurses."))  # fmt: skip

    def prepare(self):
        record = self.record
        course = record.course_date if isinstance(record, CourseDay) else record
        self.room.records = rooms_of(course)


class AddDayForm(WhenForm):
    topic = TextField(m("Tagesthema"), required=False)

    @classmethod
    def initial(cls, records):
        last = records[0].days[-1] if records[0].days else None
        return {"starts_at": last.starts_at, "ends_at": last.ends_at} if last else {}


class MoveDayForm(WhenForm):
    notify = CheckField(worded("Alle {participants} des Tages per E-Mail benachrichtigen"))

    @classmethod
    def initial(cls, records):
        day = records[0]
        return {"held_on": day.on, "starts_at": day.starts_at, "ends_at": day.ends_at,
                "room": day.room}  # fmt: skip


class InstructorForm(PanelForm):
    instructor = RecordField(m("Kursleitung"), lambda: colleagues(Right.ATTENDANCE), required=False,
                             description=m("Leer: An diesem Tag leitet niemand."))  # fmt: skip

    @classmethod
    def initial(cls, records):
        return {"instructor": records[0].led_by}


class TopicForm(PanelForm):
    topic = TextField(m("Tagesthema"), required=False)

    @classmethod
    def initial(cls, records):
        return {"topic": records[0].topic}
