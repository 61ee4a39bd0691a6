"""The participant list and the dates of a course as PDF (spec COU-07)."""

from collections.abc import Callable
from typing import Any

from flask import Response
from flask_admin import expose

from kutego import clock
from kutego.db import db
from kutego.models import CourseDate, CourseDay
from kutego.operations.participant_lines import ParticipantList, Person
from kutego.operations.participant_lists import days_of
from kutego.rendering.participant_list_pdf import Sheet, sheet_pdf
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.frame import the_company, today
from kutego.views.office.attendance_grid import extra_facts
from kutego.views.panel.declared import Declared

SIGNS = m(
    "T teilgenommen, E entschuldigt, U unentschuldigt, K krank, N zur Nachholung abgemeldet, "
    "P Pause"
)
Facts = Callable[[int], list[tuple[str, str]]]


class FilePages(Declared):
    """Part of the participant list: its files."""

    @expose("/list.pdf")
    def list_file(self) -> Any:
        """The list, or one day of it, as PDF for the team."""
        listing, sheet, _every = self._sheet()
        day = self._named_day(sheet)
        if day is not None:
            sheet = ParticipantList(sheet.course_date, [day], sheet.on(day))
        facts = extra_facts(listing, sheet)
        labels = [str(column.label) for column in listing.extra]
        return list_pdf(sheet, day, labels, lambda id_: facts.get(id_, []))

    @expose("/dates.pdf")
    def dates_file(self) -> Any:
        """The dates of the course for customers: no names, no notes (spec chapter 4, no. 34)."""
        course = self.parent()
        return dates_pdf(course, list(db.session.scalars(days_of(course))))


def list_pdf(
    sheet: ParticipantList, day: CourseDay | None, labels: list[str], facts: Facts
) -> Response:
    """The list for the team, with the chosen columns; that it is internal stands on it."""
    course = sheet.course_date
    days = [day] if day else sheet.days
    rows = [
        [f"{p.name} ({p.customer})" + (_(", Gast") if p.is_guest else ""),
         *(text for _label, text in facts(p.id)),
         *(_sign(p, d) for d in days)]
        for p in sheet.people
    ]  # fmt: skip
    heads = [_("Name"), *labels, *(f"{d.on:%d.%m.}" for d in days)]
    share = min(46, 4 + 5 * len(days))
    wide = (100 - share) // (1 + len(labels))
    widths = [wide] * (1 + len(labels)) + [share // max(1, len(days))] * len(days)
    on = f"{day.on:%d.%m.%Y}" if day else ""
    title = _("%(course)s am %(day)s", course=course, day=on) if day else str(course)
    return _answer(
        title,
        _("Nur für das Team") + f" · {_today()}",
        heads,
        rows,
        _(SIGNS),
        len(heads) > 8,
        widths,
        len(days),
    )


def dates_pdf(course: CourseDate, days: list[CourseDay]) -> Response:
    """The dates for customers: no names, no notes."""
    rows = [[f"{d.on:%d.%m.%Y}", d.clock, d.topic or ""] for d in days]
    place = str(course.location) if course.location else ""
    title = _("Termine: %(course)s", course=course)
    heads = [_("Tag"), _("Uhrzeit"), _("Thema")]
    return _answer(title, place or _today(), heads, rows, "", False, [25, 25, 50], 0)


def _sign(person: Person, day: CourseDay) -> str:
    if mark := person.marks.get(day.id):
        return mark.sign
    return "P" if person.pause_on(day) else "" if person.is_on(day) else "–"


def _today() -> str:
    return _("Stand: %(day)s", day=f"{today():%d.%m.%Y}")


def _answer(title, note, heads, rows, foot, wide, widths, ticks) -> Response:
    house = the_company()
    sheet = Sheet(
        title=title, note=note, house=house.name if house else "", heads=heads, rows=rows,
        accent=house.accent if house else "", foot=foot, wide=wide, widths=widths, ticks=ticks,
    )  # fmt: skip
    response = Response(sheet_pdf(sheet, moment=clock.now()), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{title}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response
