"""What is asked before a make-up day is given, spent, moved or reset."""

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import CourseDate, CourseDay, CourseState
from kutego.operations.make_up_places import days_for, free_of_day, level_fits
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import ngettext
from kutego.views.office.day_names import day_and_time
from kutego.views.panel import (
    CheckField,
    DateField,
    PanelForm,
    RecordField,
    TextField,
    today,
)

MOST_DAYS = 100


class UseForm(PanelForm):
    course_day = RecordField(
        m("Kurstag"),
        description=m("Tage derselben Kategorie, solange der Nachholtag gilt."),
    )

    def prepare(self):
        if self.record is None:
            return
        query = days_for(self.record, today()).add_columns(free_of_day()).limit(MOST_DAYS)
        rows = db.session.execute(query.options(joinedload(CourseDay.course_date))).all()
        free = {day.id: places for day, places in rows}
        self.course_day.records = [day for day, _places in rows]
        self.course_day.text = lambda day: self._called(day, free.get(day.id))

    def _called(self, day, places):
        """When, which course, how many places; and whom it is for where that is somebody else."""
        called, course = f"{day_and_time(day)}, {told(day, places)}", day.course_date
        if level_fits(self.record, course):
            return called
        return _("%(day)s, nur {level} „%(level)s“", day=called, level=course.level)

    @classmethod
    def initial(cls, records):
        """The day from whose list of participants somebody comes."""
        asked = request.args.get("day", "")
        return {"course_day": int(asked) if asked.isascii() and asked.isdigit() else None}


class ResetForm(PanelForm):
    reason = TextField(m("Grund"), required=False, most=500)
    all_of_customer = CheckField(m("Alle offenen Nachholtage dieses Kunden zurücksetzen"))


class GoodwillForm(PanelForm):
    course_date = RecordField(
        m("Für Kurse wie"),
        text=lambda c: c.title,
        description=m("Der Nachholtag gilt in diesem Kurstermin und in allen derselben Kategorie."),
    )
    expires_on = DateField(
        m("Gilt bis"), required=False, description=m("Leer: so lange, wie die Regeln sagen.")
    )

    def prepare(self):
        self.course_date.records = published()


def published():
    """The course dates that take place, those that are over left out."""
    now = today()
    going_on = CourseDate.ends_on.is_(None) | (CourseDate.ends_on >= now)
    query = select(CourseDate).where(CourseDate.state == CourseState.PUBLISHED, going_on)
    return db.session.scalars(query.order_by(CourseDate.title, CourseDate.starts_on)).all()


def told(day, places):
    """The course and how many places are left: `Seepferdchen (2 frei)`."""
    if places is None:
        return day.course_date.title
    if places <= 0:
        return _("%(course)s (voll)", course=day.course_date.title)
    free = ngettext("1 frei", "%(count)s frei", places)
    return _("%(course)s (%(free)s)", course=day.course_date.title, free=free)
