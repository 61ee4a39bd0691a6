"""Events: planned, published, called off with their tickets."""

from datetime import date, datetime, time

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Event,
    EventState,
    Location,
    MassRun,
    Room,
    Ticket,
    TicketCategory,
    TicketSheet,
    TicketState,
)
from kutego.operations.activity import log_activity
from kutego.operations.appointment_templates import check_price
from kutego.operations.master_data import changed_fields, rule_for
from kutego.operations.occupancy import calendars, refuse_occupied, span
from kutego.operations.occupancy_queries import LONGEST
from kutego.operations.runs import start_run
from kutego.operations.ticket_sheets import current_sheet, mail_sheets
from kutego.operations.wall_clock import moment_of
from kutego.texts import gettext as _


@operation
def create_event(
    *,
    name: str,
    day: date,
    at: time,
    until_day: date | None = None,
    until: time,
    location: Location | None = None,
    room: Room | None = None,
    description: str | None = None,
    on: date,
    by: Actor,
) -> Event:
    """Plan an event as a draft. Without `until_day` it ends on the day it begins."""
    event = Event(name=name, description=description, state=EventState.DRAFT)
    _place(event, day, at, until_day, until, location, room)
    db.session.add(event)
    log_activity(event, "event.created", by=by)
    return event


@operation
def change_event(
    event: Event,
    *,
    name: str,
    day: date,
    at: time,
    until_day: date | None = None,
    until: time,
    location: Location | None = None,
    room: Room | None = None,
    description: str | None = None,
    send_mail: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> MassRun | None:
    """Correct an event. Tickets already sold stay valid, with the same codes.

    Where it takes place at another time or place, a run in the background sends everybody who has
    tickets new ones to print, if `send_mail`. Returns it, or None.
    """
    if event.state is EventState.CANCELLED:
        raise DomainError(_("„%(name)s“ ist abgesagt und bleibt, wie es ist.", name=event))
    before, old = _told(event), (event.begins_at, event.ends_at, event.location, event.room)
    event.name, event.description = name, description
    _place(event, day, at, until_day, until, location, room)
    is_moved = (event.begins_at, event.ends_at, event.location, event.room) != old
    if changes := changed_fields(event):
        event.revision += 1
        log_activity(event, "event.changed", by=by, personal=changes)
    if event.state is not EventState.PUBLISHED:
        return None
    _refuse_taken(event, confirmed)
    return _tell_all(event, before, on=on, by=by) if is_moved and send_mail else None


@operation
def tell_moved(customer: Customer, *, event: Event, before: str, on: date, by: Actor) -> None:
    """Send somebody their tickets of an event as they read now; `before` is when it was."""
    holding = select(Ticket.sheet_id).where(
        Ticket.event_id == event.id,
        Ticket.customer_id == customer.id,
        Ticket.state == TicketState.VALID,
    )
    query = select(TicketSheet).where(TicketSheet.id.in_(holding)).order_by(TicketSheet.id)
    sheets = [current_sheet(sheet) for sheet in db.session.scalars(query).all()]
    if not sheets:
        raise DomainError(_("%(name)s hat kein gültiges Ticket mehr.", name=customer.name))
    if not customer.email:
        raise DomainError(_("Es ist keine E-Mail-Adresse bekannt."))
    count = sum(len(sheet.snapshot["tickets"]) for sheet in sheets)
    mail_sheets("event_moved", sheets, count, before=before)


@operation
def publish_event(
    event: Event, *, confirmed: frozenset[str] = frozenset(), on: date, by: Actor
) -> None:
    """Sell tickets from now on; its room is taken for nothing else."""
    if not event.categories:
        raise DomainError(_("Bitte zuerst eine Ticketkategorie mit Preis und Kontingent anlegen."))
    _refuse_taken(event, confirmed)
    event.move_to(EventState.PUBLISHED)
    event.revision += 1
    log_activity(event, "event.published", by=by)


@operation
def withdraw_event(event: Event, *, on: date, by: Actor) -> None:
    """Back to a draft, as long as nobody has a ticket."""
    if event.state is EventState.PUBLISHED and sold_tickets(event):
        raise DomainError(
            _("Für „%(name)s“ sind Tickets verkauft. Bitte absagen statt zurückziehen.", name=event)
        )
    event.move_to(EventState.DRAFT)
    event.revision += 1
    log_activity(event, "event.withdrawn", by=by)


def sold_tickets(event: Event) -> int:
    """How many tickets of the event hold, those already admitted among them."""
    query = select(func.count()).where(
        Ticket.event_id == event.id, Ticket.state != TicketState.VOID
    )
    return db.session.scalar(query) or 0


def sold_of(category: TicketCategory) -> int:
    """How many tickets of one kind hold."""
    query = select(func.count()).where(
        Ticket.category_id == category.id, Ticket.state != TicketState.VOID
    )
    return db.session.scalar(query) or 0


@rule_for(TicketCategory)
def check_category(category: TicketCategory, by: Actor) -> None:
    """A price, a quota that is not below what is sold, and days in their order."""
    check_price(category.price, category.vat_rate)
    event = category.event or db.session.get(Event, category.event_id)
    if event is not None and event.state is EventState.CANCELLED:
        raise DomainError(_("„%(name)s“ ist abgesagt.", name=event))
    if category.quota is None or not 0 <= category.quota <= 100_000:
        raise DomainError(_("Das Kontingent liegt zwischen 0 und 100.000 Tickets."))
    if category.most_each is not None and not 1 <= category.most_each <= 100_000:
        raise DomainError(_("Jeder Kunde bekommt mindestens ein Ticket, oder ohne Grenze."))
    if category.id is not None:
        lock(db.session(), [event] if event else [])
        if (sold := sold_of(category)) > category.quota:
            raise DomainError(
                _("Es sind schon %(sold)s Tickets verkauft. Das Kontingent kann nicht kleiner "
                  "sein.", sold=sold)
            )  # fmt: skip
    first, last = category.sold_from, category.sold_until
    if first and last and last < first:
        raise DomainError(_("Der Verkauf endet vor seinem Beginn."))


# --- parts ------------------------------------------------------------------------------------


def _place(
    event: Event,
    day: date,
    at: time,
    until_day: date | None,
    until: time,
    location: Location | None,
    room: Room | None,
) -> None:
    begins_at, ends_at = moment_of(day, at), moment_of(until_day or day, until)
    _check_span(begins_at, ends_at)
    if room is not None and location is not None and room.location_id != location.id:
        raise DomainError(_("Der Raum gehört zu einem anderen Standort."))
    event.begins_at, event.ends_at = begins_at, ends_at
    event.room, event.location = room, location or (room.location if room else None)


def _told(event: Event) -> str:
    """When and where it is, in one line."""
    place = event.room or event.location
    when = _("%(when)s Uhr", when=span(event.begins_at, event.ends_at))
    return f"{when}, {place}" if place else when


def _tell_all(event: Event, before: str, *, on: date, by: Actor) -> MassRun | None:
    query = (
        select(Ticket.customer_id)
        .where(Ticket.event_id == event.id, Ticket.state == TicketState.VALID)
        .distinct()
        .order_by(Ticket.customer_id)
    )
    ids = list(db.session.scalars(query))
    if not ids:
        return None
    return start_run(
        ids, model=Customer, function=tell_moved, arguments={"event": event, "before": before},
        title=_("Neue Tickets senden: %(event)s", event=event)[:120], view="customers", on=on,
        by=by,
    )  # fmt: skip


def _check_span(begins_at: datetime, ends_at: datetime) -> None:
    if ends_at <= begins_at:
        raise DomainError(_("Die Veranstaltung endet vor ihrem Beginn."))
    if ends_at - begins_at > LONGEST:
        raise DomainError(_("Eine Veranstaltung dauert höchstens 31 Tage."))


def _refuse_taken(event: Event, confirmed: frozenset[str]) -> None:
    if event.room is None:
        return
    lock(db.session(), calendars([], [event.room]))
    refuse_occupied(
        event.begins_at, event.ends_at, room=event.room, apart_from=event, confirmed=confirmed
    )
