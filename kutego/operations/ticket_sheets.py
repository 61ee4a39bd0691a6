"""The sheets that tickets are printed on: made, brought up to date, mailed, with new codes."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
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
from kutego.operations.activity import log_activity
from kutego.operations.contact_data import email_address
from kutego.operations.documents import add_renditions, renditions_of
from kutego.operations.messages import queue_message
from kutego.operations.occupancy import span
from kutego.operations.snapshots import SELLER
from kutego.operations.ticket_codes import new_code, shown_code
from kutego.texts import gettext as _
from kutego.texts import ngettext

PRINTED = ("event", "when", "place", "category", "tickets")  # what a sheet has to say rightly


@operation
def resend_ticket(
    ticket: Ticket, *, recipient: str | None = None, renew: bool = False, on: date, by: Actor
) -> Message:
    """Mail the sheet of a ticket once more, as it has to read today.

    It goes to the customer or another `recipient`. With `renew` the ticket gets a code of its
    own again, and whoever has the old one does not come in: a lost telephone, a ticket given away.
    """
    customer, event = ticket.customer, ticket.event
    _refuse_mail(customer, recipient)
    lock(db.session(), [event])
    if event.state is EventState.CANCELLED:
        raise DomainError(_("„%(event)s“ ist abgesagt.", event=event))
    if ticket.state is TicketState.VOID:
        raise DomainError(_("Dieses Ticket ist storniert."))
    sheet = _renewed(ticket) if renew else current_sheet(ticket.sheet)
    count = len(_holding(sheet))
    log_activity(
        sheet, "ticket.renewed" if renew else "ticket.resent", by=by, event=str(event), count=count
    )
    to = email_address(recipient) if recipient else None
    return mail_sheets("tickets", [sheet], count, recipient=to)


def print_sheet(
    customer: Customer, category: TicketCategory, codes: Sequence[str], *, sold: Mapping[str, Any]
) -> TicketSheet:
    """A sheet with a page for each code; its file is made later. Joins a transaction."""
    event = category.event
    sheet = TicketSheet(customer=customer, event=event, created_at=clock.now(), **sold)
    sheet.number = f"{event.name[:150]} {give_id(sheet)}"
    sheet.snapshot = _content(sheet, category, codes)
    db.session.add(sheet)
    add_renditions(sheet, customer)
    return sheet


def current_sheet(sheet: TicketSheet) -> TicketSheet:
    """The sheet with the tickets that hold and the event as it is now: itself, or a new one."""
    tickets = _holding(sheet)
    if not tickets:
        raise DomainError(_("Diese Tickets sind storniert."))
    category, codes = tickets[0].category, [ticket.code for ticket in tickets]
    wanted = _content(sheet, category, codes)
    if all(sheet.snapshot.get(name) == wanted[name] for name in PRINTED):
        return sheet
    new = print_sheet(sheet.customer, category, codes, sold=_sold(sheet))
    for ticket in tickets:
        ticket.sheet = new
    return new


def mail_sheets(
    template: str,
    sheets: Sequence[TicketSheet],
    count: int,
    *,
    recipient: str | None = None,
    **context: Any,
) -> Message:
    """Queue a mail with sheets of one customer and event; `count` tickets are on them."""
    event = sheets[0].event
    return queue_message(
        sheets[0].customer, template, subject_of=sheets[0], event=event, count=count,
        place=_place_of(event), when=span(event.begins_at, event.ends_at), recipient=recipient,
        attachments=list(chain.from_iterable(map(renditions_of, sheets))), **context,
    )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _renewed(ticket: Ticket) -> TicketSheet:
    """A sheet with a new ticket in the place of this one."""
    if ticket.state is not TicketState.VALID:
        raise DomainError(_("Mit diesem Ticket ist schon jemand eingelassen."))
    code, sold = new_code(), _sold(ticket)
    sheet = print_sheet(ticket.customer, ticket.category, [code], sold=sold)
    new = Ticket(
        customer=ticket.customer, event=ticket.event, category=ticket.category, sheet=sheet,
        code=code, created_at=clock.now(), **sold,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    ticket.move_to(TicketState.VOID)
    ticket.replaced_by_id = new.id
    return sheet


def _sold(of: Ticket | TicketSheet) -> dict[str, Any]:
    return {name: getattr(of, name) for name in ("invoice_id", "booking_id", "position_key")}


def _holding(sheet: TicketSheet) -> list[Ticket]:
    db.session.flush()
    query = select(Ticket).where(Ticket.sheet_id == sheet.id, Ticket.state != TicketState.VOID)
    return list(db.session.scalars(query.order_by(Ticket.id)))


def _content(sheet: TicketSheet, category: TicketCategory, codes: Sequence[str]) -> dict[str, Any]:
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
    }


def _place_of(event: Event) -> str | None:
    room, location = event.room, event.location
    parts = [room.name if room else None, location.address if location else None]
    return ", ".join(part for part in parts if part) or None


def _refuse_mail(customer: Customer, recipient: str | None) -> None:
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if not customer.email and not recipient:
        raise DomainError(_("Es ist keine E-Mail-Adresse bekannt."))
