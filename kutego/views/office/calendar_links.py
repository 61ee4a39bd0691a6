"""Where the entries of the calendar lead, and what can be made on one of its days."""

from datetime import date

from flask import current_app, g, url_for
from flask_login import current_user

from kutego.db import db
from kutego.models import Appointment, CourseDate, Event, ListPreference, Right, RoomRental
from kutego.models.calendar_entries import CalendarEntry, EntryKind
from kutego.texts import gettext as _
from kutego.views.panel.places import home_of

KEY = "calendar"  # of what a person keeps
MODELS = {
    EntryKind.COURSE: CourseDate,
    EntryKind.APPOINTMENT: Appointment,
    EntryKind.EVENT: Event,
    EntryKind.RENTAL: RoomRental,
}


def entry_url(entry: CalendarEntry) -> str | None:
    """The page of the day or the record, where the user may open it."""
    cache: dict[EntryKind, str | None] = g.setdefault("_calendar_lists", {})
    if entry.kind not in cache:
        home = home_of(MODELS[entry.kind])
        may_open = home is not None and home.is_accessible() and home.has_records
        cache[entry.kind] = home.list_url if home is not None and may_open else None
    start = cache[entry.kind]
    if start is None:
        return None
    if entry.kind is EntryKind.COURSE:
        return f"{start}{entry.parent_id}/attendance/{entry.id}/"
    return f"{start}{entry.id}/"


def new_links(on: date) -> list[tuple[str, str, str]]:
    """What can be made on a day: address, words, icon."""
    offered = (
        ("course_dates.create_view", "starts_on", _("Kurstermin"), "calendar3",
         Right.COURSES_EDIT),
        ("events.create_view", "begins_on", _("Veranstaltung"), "star", Right.COURSES_EDIT),
    )  # fmt: skip
    known = current_app.view_functions
    return [
        (f"{url_for(endpoint)}?{key}={on.isoformat()}", words, icon)
        for endpoint, key, words, icon, right in offered
        if endpoint in known and current_user.may(right)
    ]


def kept_choice() -> dict[str, str]:
    """The view and the filters that the person keeps."""
    kept = db.session.get(ListPreference, (current_user.id, KEY))
    first = kept.columns[0] if kept is not None and kept.columns else {}
    return first if isinstance(first, dict) else {}
