"""The participant list of a course date: everybody, every day, who was there (spec COU-06, 07)."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, request
from flask_admin import expose
from sqlalchemy import func, select

from kutego.db import db
from kutego.models import CourseDay, Enrolment, EnrolmentState, Participant, Right
from kutego.operations.participant_lines import ParticipantList
from kutego.operations.participant_lists import days_of, participant_list, window
from kutego.views.office.attendance_day import DayPages
from kutego.views.office.attendance_files import FilePages
from kutego.views.office.attendance_grid import DayListing, day_columns, rows_of
from kutego.views.office.course_places import know_next_day
from kutego.views.office.make_up_candidates import MakeUps, make_ups_of
from kutego.views.office.participant_columns import COLUMNS
from kutego.views.office.participant_words import WithHouseWords
from kutego.views.panel import TabView, today
from kutego.views.panel.export import csv_response
from kutego.views.panel.record_page import RecordPage

HERE = {"level": False, "breed": False, "birthday": False, "remark": False, "notes": True,
        "units": False}  # fmt: skip


class CourseAttendance(WithHouseWords, DayPages, FilePages, TabView):
    model = Participant
    slug, title, icon = "attendance", "Anwesenheit", "check2-circle"
    right = Right.ATTENDANCE
    has_records = False
    columns = tuple(replace(c, shown=HERE[c.key]) for c in COLUMNS if c.key in HERE)
    default_sort = ""
    search = None

    def of_parent(self, query, parent_id):
        """Whoever has or had a place."""
        inside = select(Enrolment.participant_id).where(
            Enrolment.course_date_id == parent_id, Enrolment.state != EnrolmentState.REMOVED
        )
        return query.where(Participant.id.in_(inside))

    def counter(self, record):
        """No number: the days are no rows."""
        return select(func.count(CourseDay.id)).where(CourseDay.id < 0)

    def filter_map(self):
        """The list is one course; there is nothing to narrow."""
        return {}

    @expose("/")
    def index_view(self) -> Any:
        """Everybody, and the days around today or from the day that the address names."""
        listing, sheet, every = self._sheet()
        return self.render(
            "office/attendance/grid.html",
            listing=listing, sheet=sheet, every=every, on=today(),
            rows=rows_of(sheet, listing), record=self.parent(),
            make_ups=self._make_ups(sheet, every),
            page=RecordPage(self.parent_view, self.parent()), list_buttons=(),
        )  # fmt: skip

    @expose("/print/")
    def print_view(self) -> Any:
        """The list, or one day of it, for the printer."""
        listing, sheet, _every = self._sheet()
        if day := self._named_day(sheet):
            sheet = ParticipantList(sheet.course_date, [day], sheet.on(day))
        rows = rows_of(sheet, listing)
        return self.render(
            "office/attendance/print.html", listing=listing, sheet=sheet, rows=rows, day=day
        )

    @expose("/export/")
    def export_view(self) -> Any:
        """The same list for a spreadsheet."""
        listing, sheet, _every = self._sheet()
        listing.days = day_columns(sheet)
        if request.args.get("format") == "xlsx":
            from kutego.views.panel.export_xlsx import xlsx_response

            return xlsx_response(listing)
        return csv_response(listing)

    # --- parts --------------------------------------------------------------------------------

    def _sheet(self) -> tuple[DayListing, ParticipantList, list[CourseDay]]:
        course = self.parent()
        every = list(db.session.scalars(days_of(course)))
        days = window(every, _day(request.args.get("from")), today())
        return DayListing(self, self.state()), participant_list(course, days), every

    def _make_ups(self, sheet: ParticipantList, every: list[CourseDay]) -> MakeUps | None:
        """Who could come on the next day that takes place, where the page shows it."""
        ahead = know_next_day(self.parent(), every)
        return make_ups_of(ahead, sheet, self.list_url) if ahead in sheet.days else None

    def _named_day(self, sheet: ParticipantList) -> CourseDay | None:
        text = request.args.get("day", "")
        if not text:
            return None
        return next((day for day in sheet.days if str(day.id) == text), None) or abort(404)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
