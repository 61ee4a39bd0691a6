"""The free times of a template, for the forms in which one is taken."""

from datetime import date, timedelta

from flask import abort, jsonify, request
from flask_admin import expose

from kutego.db import db
from kutego.models import Appointment, Employee, company
from kutego.operations.appointment_slots import DAYS, Slot, free_slots
from kutego.views.panel import today


class WithSlots:
    """Part of the view of templates."""

    @expose("/<int(max=2147483647):record_id>/slots/")
    def slots(self, record_id):
        """The times from `day` on, of one lecturer or of all who give the appointment, as JSON.

        The time of an appointment that is to be `moved` counts as free.
        """
        template = self.get_one(record_id) or abort(404)
        first, days = _day(), min(max(request.args.get("days", 1, type=int), 1), DAYS)
        wanted = request.args.get("lecturer", type=int)
        lecturer = db.session.get(Employee, wanted) if wanted and 0 < wanted < 2**31 else None
        moved = request.args.get("moved", type=int)
        own = db.session.get(Appointment, moved) if moved and 0 < moved < 2**31 else None
        last = first + timedelta(days=days - 1)
        found = free_slots(template, first, last, lecturer=lecturer, apart_from=own)
        return jsonify([_slot(slot) for slot in found])


def _day():
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
    return min(max(day, date(2000, 1, 1)), date(2199, 1, 1))


def _slot(slot: Slot):
    begin = slot.begins_at.astimezone(company().zone)
    return {
        "begins_at": f"{begin:%Y-%m-%dT%H:%M}",
        "at": f"{begin:%H:%M}",
        "lecturer_id": slot.lecturer.id,
        "lecturer": slot.lecturer.name,
    }
