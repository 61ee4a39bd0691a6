"""The second line of a position: who comes, when, with whom, how much of it."""

from datetime import datetime

from kutego.db import db
from kutego.models import Employee, Package, PositionKind, TicketCategory, company
from kutego.models.position import PositionColumns
from kutego.periods import Period
from kutego.texts import gettext as _
from kutego.texts import ngettext


def position_detail(position: PositionColumns) -> str | None:
    """What a document says of a position below its text; None where the text says it all."""
    parts = [_who(position), _when(position), _what(position)]
    return " · ".join(part for part in parts if part) or None


def _who(position: PositionColumns) -> str | None:
    return position.participant.name if position.participant is not None else None


def _when(position: PositionColumns) -> str | None:
    """To the minute where there is a time, else the days."""
    if position.begins_at is not None:
        return _clock(position.begins_at, position.ends_at)
    if position.kind is PositionKind.TICKET and position.ticket_category_id is not None:
        event = db.session.get_one(TicketCategory, position.ticket_category_id).event
        return _clock(event.begins_at, event.ends_at)
    if position.period_first and position.period_first == position.period_last:
        return f"{position.period_first:%d.%m.%Y}"
    if position.period_first and position.period_last:
        return str(Period(position.period_first, position.period_last))
    return None


def _what(position: PositionColumns) -> str | None:
    if position.kind is PositionKind.APPOINTMENT and position.lecturer_id is not None:
        lecturer = db.session.get_one(Employee, position.lecturer_id)
        return _("mit %(name)s", name=lecturer.name)
    if position.kind is PositionKind.PACKAGE and position.package_id is not None:
        return _units(db.session.get_one(Package, position.package_id), int(position.quantity))
    return None


def _units(package: Package, quantity: int) -> str:
    count = package.units * quantity
    told = ngettext("1 Einheit", "%(count)s Einheiten", count)
    if package.validity_months is None:
        return told
    valid = ngettext("1 Monat gültig", "%(count)s Monate gültig", package.validity_months)
    return f"{told}, {valid}"


def _clock(begin: datetime, end: datetime | None) -> str:
    zone = company().zone
    first = begin.astimezone(zone)
    if end is None:
        return _("%(day)s, %(time)s Uhr", day=f"{first:%d.%m.%Y}", time=f"{first:%H:%M}")
    last = end.astimezone(zone)
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%d.%m.%Y, %H:%M}"
    return _("%(day)s, %(time)s bis %(until)s Uhr", day=f"{first:%d.%m.%Y}", time=f"{first:%H:%M}",
             until=until)  # fmt: skip
