"""One course day on a phone: a tap for each person, kept also when the line drops (COU-06)."""

from typing import Any

from flask import abort, flash, jsonify, redirect, request
from flask_admin import expose
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Attendance, AttendanceValue, CourseDay, Participant
from kutego.operations.attendances import record_attendance, record_rest
from kutego.operations.participant_lists import participant_list
from kutego.texts import ngettext
from kutego.views.office.attendance_grid import DayListing, extra_facts
from kutego.views.office.attendance_ways import ways_to
from kutego.views.office.make_up_candidates import make_ups_of
from kutego.views.panel import actor, today
from kutego.views.panel.declared import Declared
from kutego.views.panel.places import place_of, view_of

VALUES = {value.value: value for value in AttendanceValue}


class DayPages(Declared):
    """Part of the participant list: the page of a day, and what is recorded on it."""

    @expose("/<int(max=2147483647):record_id>/")
    def record_view(self, record_id: int) -> Any:
        """Everybody expected on the day."""
        day = self._day(record_id)
        sheet = participant_list(self.parent(), [day])
        facts = extra_facts(DayListing(self, self.state()), sheet)
        return self.render(
            "office/attendance/day.html", day=day, sheet=sheet, course=self.parent(),
            facts=facts, values=list(AttendanceValue), on=today(), ways=ways_to(self, sheet, day),
            people_url=view_of(Participant).list_url, day_url=place_of(day),
            make_ups=make_ups_of(day, sheet, self._url(day.id)),
        )  # fmt: skip

    @expose("/<int(max=2147483647):record_id>/mark/", methods=("POST",))
    def mark(self, record_id: int) -> Any:
        """Record one value: `participant`, `value`, `seen` (what the screen showed)."""
        day = self._day(record_id)
        participant = db.session.get(Participant, request.form.get("participant", 0, type=int))
        value, seen = request.form.get("value", ""), request.form.get("seen", "")
        if participant is None or not {value, seen} <= {"", *VALUES}:
            abort(422)
        try:
            record_attendance(
                participant, course_day=day, value=VALUES.get(value), seen=VALUES.get(seen),
                confirmed=frozenset(request.form.getlist("confirmed")), on=today(), by=actor(),
            )  # fmt: skip
        except DomainError as refusal:
            return self._refused(refusal, participant.id, record_id)
        return self._answer(record_id, {"value": value})

    @expose("/<int(max=2147483647):record_id>/rest/", methods=("POST",))
    def rest(self, record_id: int) -> Any:
        """Everybody else was there."""
        try:
            count = record_rest(self._day(record_id), on=today(), by=actor())
        except DomainError as refusal:
            flash(str(refusal), "warning")
        else:
            flash(ngettext("1 als anwesend eingetragen.", "%(count)s als anwesend eingetragen.",
                           count), "success")  # fmt: skip
        return redirect(self._url(record_id))

    # --- parts --------------------------------------------------------------------------------

    def _day(self, day_id: int) -> CourseDay:
        day = db.session.get(CourseDay, day_id)
        if day is None or day.course_date_id != self.parent().id:
            abort(404)
        return day

    def _url(self, day_id: int) -> str:
        return f"{self.list_url}{day_id}/"

    def _answer(self, day_id: int, told: dict[str, Any], status: int = 200) -> Any:
        """For the script as JSON; without it back to the page."""
        if request.accept_mimetypes.best == "application/json":
            return jsonify(told), status
        if "error" in told:
            flash(told["error"], "warning")
        return redirect(self._url(day_id))

    def _refused(self, refusal: DomainError, participant_id: int, day_id: int) -> Any:
        """The sentence, what stands there now, and what could be confirmed."""
        row = db.session.scalar(
            select(Attendance).where(
                Attendance.participant_id == participant_id, Attendance.course_day_id == day_id
            )
        )
        told = {"error": str(refusal), "value": row.value.value if row else ""}
        if isinstance(refusal, NeedsConfirmation):
            told["code"] = refusal.code
        return self._answer(day_id, told, 409)
