"""Ticket positions: tickets are made when they are sold and void when the position is cancelled."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Event,
    EventState,
    Message,
    Ticket,
    TicketCategory,
    TicketSheet,
    TicketState,
    company,
)
from kutego.models.ids import give_id
from kutego.models.position import PositionColumns
from kutego.operations.activity import log_activity
from kutego.operations.documents import add_renditions, renditions_of
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.operations.events import sold_of
from kutego.operations.messages import queue_message
from kutego.operations.occupancy import span
from kutego.operations.snapshots import SELLER
from kutego.operations.ticket_codes import new_code, shown_code
from kutego.texts import gettext as _
from kutego.texts import ngettext

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

MOST = 200  # tickets of one position


def check_ticket(_customer: Customer, line: "PositionInput") -> None:
    """An event that sells tickets now, and no more of them than there are."""
    category = db.session.get(TicketCategory, line.ticket_category_id or 0)
    if category is None:
        raise DomainError(_("Bitte auswählen, welches Ticket verkauft wird."))
    if line.quantity != int(line.quantity) or not 1 <= line.quantity <= MOST:
        raise DomainError(_("Bitte 1 bis %(most)s ganze Tickets je Position.", most=MOST))
    _refuse_sale(category, int(line.quantity))


def ticket_roots(line: PositionColumns) -> Iterable[Base]:
    """The event, whose quotas are counted."""
    return (db.session.get_one(TicketCategory, line.ticket_category_id),)


def take_tickets(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Make the tickets and the sheet they are printed on, and mail it."""
    category = db.session.get_one(TicketCategory, line.ticket_category_id)
    event, count = category.event, int(line.quantity)
    _refuse_sale(category, count)
    codes = [new_code() for _number in range(count)]
    sold = sold_by(sale, line)
    sheet = TicketSheet(
        customer=sale.customer,
        event=event,
        created_at=clock.now(),
        **sold,
    )
    sheet.number = f"{event.name[:150]} {give_id(sheet)}"
    sheet.snapshot = sheet_content(sheet, category, codes)
    db.session.add(sheet)
    db.session.add_all(
        Ticket(
            customer=sale.customer, event=event, category=category, sheet=sheet, code=code,
            created_at=clock.now(), **sold,
        )
        for code in codes
    )  # fmt: skip
    add_renditions(sheet, sale.customer)
    log_activity(sheet, "ticket.sold", by=by, event=event.name, count=count)
    if getattr(sale, "send_mail", True) and sale.customer.email:
        _mail(sheet, count)


def tickets_given(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The sheets of these positions, as far as a ticket on them still holds."""
    holding = select(Ticket.sheet_id).where(
        of_sale(Ticket, sale, lines), Ticket.state != TicketState.VOID
    )
    query = select(TicketSheet).where(TicketSheet.id.in_(holding)).order_by(TicketSheet.id)
    return [
        Given(
            sheet,
            _("Die Tickets für „%(event)s“ werden ungültig.", event=sheet.event),
            void_tickets,
        )
        for sheet in db.session.scalars(query)
    ]


def void_tickets(sheet: TicketSheet, *, on: date, by: Actor) -> None:
    """Nobody comes in with these tickets any more, and they can be sold again."""
    lock(db.session(), [sheet.event])
    holding = list(
        db.session.scalars(
            select(Ticket).where(Ticket.sheet_id == sheet.id, Ticket.state != TicketState.VOID)
        )
    )
    for ticket in holding:
        ticket.move_to(TicketState.VOID)
    if holding:
        log_activity(sheet, "ticket.voided", by=by, event=str(sheet.event), count=len(holding))


@operation
def resend_tickets(sheet: TicketSheet, *, on: date, by: Actor) -> Message:
    """Mail the same tickets once more, to the address of today."""
    query = select(Ticket.id).where(Ticket.sheet_id == sheet.id, Ticket.state != TicketState.VOID)
    count = len(db.session.scalars(query).all())
    if not count:
        raise DomainError(_("Diese Tickets sind storniert."))
    if sheet.customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=sheet.customer.name)
        )
    if not sheet.customer.email:
        raise DomainError(_("Es ist keine E-Mail-Adresse bekannt."))
    log_activity(sheet, "ticket.resent", by=by, event=str(sheet.event), count=count)
    return _mail(sheet, count)


@operation
def resend_ticket(ticket: Ticket, *, on: date, by: Actor) -> Message:
    """Mail the sheet of a ticket once more."""
    return resend_tickets(ticket.sheet, on=on, by=by)


TICKET = Effect(
    check=check_ticket, roots=ticket_roots, take=take_tickets, given=tickets_given, counts=True
)


# --- parts ------------------------------------------------------------------------------------


def sheet_content(sheet: TicketSheet, category: TicketCategory, codes: list[str]) -> dict:
    """What is printed: no name, so that nothing about a person lies in a file that stays."""
    event, house = category.event, company()
    return {
        "document": "ticket_sheet",
        "title": ngettext("Ticket", "Tickets", len(codes)),
        "number": sheet.number,
        "issued_at": clock.now().isoformat(),
        "seller": {name: getattr(house, name) for name in SELLER},
        "event": event.name,
        "when": span(event.begins_at, event.ends_at),
        "place": _place_of(event),
        "category": category.name,
        "tickets": [{"code": code, "shown": shown_code(code)} for code in codes],
    }  # fmt: skip


def _refuse_sale(category: TicketCategory, count: int) -> None:
    event, today = category.event, clock.today(company().zone)
    if event.state is EventState.CANCELLED:
        raise DomainError(_("„%(event)s“ ist abgesagt.", event=event))
    if event.state is not EventState.PUBLISHED or not category.is_active:
        raise DomainError(_("Für „%(category)s“ werden keine Tickets verkauft.", category=category))
    if event.ends_at <= clock.now():
        raise DomainError(_("„%(event)s“ ist vorbei.", event=event))
    if category.sold_from and today < category.sold_from:
        raise DomainError(
            _("„%(category)s“ wird erst ab %(day)s verkauft.",
              category=category, day=f"{category.sold_from:%d.%m.%Y}")
        )  # fmt: skip
    if category.sold_until and today > category.sold_until:
        raise DomainError(
            _("„%(category)s“ wurde nur bis %(day)s verkauft.",
              category=category, day=f"{category.sold_until:%d.%m.%Y}")
        )  # fmt: skip
    _refuse_quota(category, count)


def _refuse_quota(category: TicketCategory, count: int) -> None:
    left = category.quota - sold_of(category)
    if left >= count:
        return
    if left <= 0:
        raise DomainError(_("„%(category)s“ ist ausverkauft.", category=category))
    raise DomainError(
        ngettext("Von „%(category)s“ gibt es nur noch ein Ticket.",
                 "Von „%(category)s“ gibt es nur noch %(count)s Tickets.", left,
                 category=category)
    )  # fmt: skip


def _place_of(event: Event) -> str | None:
    room, location = event.room, event.location
    parts = [room.name if room else None, location.address if location else None]
    return ", ".join(part for part in parts if part) or None


def _mail(sheet: TicketSheet, count: int) -> Message:
    event = sheet.event
    return queue_message(
        sheet.customer, "tickets", subject_of=sheet, event=event, count=count,
        place=_place_of(event), when=span(event.begins_at, event.ends_at),
        attachments=renditions_of(sheet),
    )  # fmt: skip
