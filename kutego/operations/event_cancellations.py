"""An event that does not take place: nobody comes in, and every invoice gives its tickets back."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    Cancellation,
    CancellationPosition,
    Customer,
    Event,
    EventState,
    Invoice,
    InvoicePosition,
    InvoiceVersion,
    MassRun,
    Settlement,
    Ticket,
    TicketCategory,
    TicketState,
)
from kutego.operations.activity import log_activity
from kutego.operations.booking_cancellations import cancel_booking
from kutego.operations.cancellations import cancel_positions, cancellable_positions
from kutego.operations.messages import queue_message
from kutego.operations.occupancy import span
from kutego.operations.reasons import given_reason
from kutego.operations.runs import start_run
from kutego.texts import gettext as _
from kutego.texts import ngettext

SHOWN = 50  # invoices named in the preview


@operation
def cancel_event(
    event: Event,
    *,
    reason: str,
    settlement: Settlement = Settlement.CREDIT,
    send_mail: bool = True,
    on: date,
    by: Actor,
) -> MassRun | None:
    """Call the event off at once; a run in the background cancels the tickets, invoice by invoice.

    From here on nobody comes in. Returns the run, or None where no ticket was sold.
    """
    reason = given_reason(reason)
    event.move_to(EventState.CANCELLED)
    event.revision += 1
    log_activity(event, "event.cancelled", by=by, personal={"reason": reason})
    arguments = {"event": event, "reason": reason, "send_mail": send_mail}
    booked = _start([b.id for b in _bookings(event)], Booking, cancel_booked_tickets, arguments,
                    event, on=on, by=by)  # fmt: skip
    billed = _start([i.id for i in _invoices(event)], Invoice, cancel_tickets,
                    {**arguments, "settlement": settlement}, event, on=on, by=by)  # fmt: skip
    return billed or booked


@operation
def cancel_tickets(
    invoice: Invoice,
    *,
    event: Event,
    reason: str,
    settlement: Settlement,
    send_mail: bool,
    on: date,
    by: Actor,
) -> Cancellation:
    """Cancel the tickets of one event that stand on an invoice, and say so to the customer."""
    known = _categories(event)
    keys = [p.key for p in cancellable_positions(invoice) if p.ticket_category_id in known]
    if not keys:
        raise DomainError(_("Auf %(number)s steht kein Ticket mehr.", number=invoice))
    cancellation = cancel_positions(
        invoice, positions=keys, reason=reason, settlement=settlement, send_mail=send_mail,
        on=on, by=by,
    )  # fmt: skip
    if send_mail:
        _tell(invoice.customer, event, is_paid=True)
    return cancellation


@operation
def cancel_booked_tickets(
    booking: Booking, *, event: Event, reason: str, send_mail: bool, on: date, by: Actor
) -> None:
    """Cancel the tickets of one event that were booked, and what paid for them goes back.

    Whatever else the booking holds goes on.
    """
    known = _categories(event)
    keys = [p.key for p in booking.left if p.ticket_category_id in known]
    if not booking.is_standing or not keys:
        raise DomainError(_("Auf %(number)s steht kein Ticket mehr.", number=booking))
    is_paid = bool(booking.voucher_used or booking.credit_used)
    cancel_booking(
        booking, positions=keys, reason=reason, send_mail=send_mail and is_paid, on=on, by=by
    )
    if send_mail:
        _tell(booking.customer, event, is_paid=is_paid)


def cancelling_preview(event: Event) -> Sequence[str | tuple[str, Decimal]]:
    """How many tickets lose their worth, and what each invoice gives back."""
    query = select(func.count()).where(
        Ticket.event_id == event.id, Ticket.state != TicketState.VOID
    )
    count = db.session.scalar(query) or 0
    invoices = _invoices(event)
    amounts = _amounts(event, [invoice.id for invoice in invoices])
    lines: list[str | tuple[str, Decimal]] = [
        ngettext("Ein Ticket wird ungültig.", "%(count)s Tickets werden ungültig.", count)
        if count
        else _("Es ist noch kein Ticket verkauft."),
    ]
    lines += [
        (f"{invoice}, {invoice.customer.name}", amounts[invoice.id]) for invoice in invoices[:SHOWN]
    ]
    if booked := _bookings(event):
        words = ngettext("Eine Buchung ohne Rechnung", "%(count)s Buchungen ohne Rechnung",
                         len(booked))  # fmt: skip
        lines.append(words)
    if rest := [amounts[invoice.id] for invoice in invoices[SHOWN:]]:
        words = _("und %(count)s weitere Rechnungen", count=len(rest))
        lines.append((words, sum(rest, Decimal(0))))
    return lines


# --- parts ------------------------------------------------------------------------------------


def _start(
    ids: Sequence[int],
    model: type[Base],
    function: Callable[..., object],
    arguments: dict[str, Any],
    event: Event,
    *,
    on: date,
    by: Actor,
) -> MassRun | None:
    if not ids:
        return None
    return start_run(
        ids,
        model=model,
        function=function,
        arguments=arguments,
        title=_("Tickets stornieren: %(event)s", event=event)[:120],
        view="bookings" if model is Booking else "invoices",
        on=on,
        by=by,
    )


def _categories(event: Event) -> set[int]:
    query = select(TicketCategory.id).where(TicketCategory.event_id == event.id)
    return set(db.session.scalars(query))


def _tell(customer: Customer, event: Event, *, is_paid: bool) -> None:
    if customer.email:
        queue_message(
            customer, "event_cancelled", subject_of=event, attachments=(), event=event,
            when=span(event.begins_at, event.ends_at), is_paid=is_paid,
        )  # fmt: skip


def _bookings(event: Event) -> list[Booking]:
    """Those with a ticket that still holds and is on no invoice."""
    holding = select(Ticket.booking_id).where(
        Ticket.event_id == event.id,
        Ticket.state != TicketState.VOID,
        Ticket.invoice_id.is_(None),
    )
    return list(db.session.scalars(select(Booking).where(Booking.id.in_(holding))))


def _invoices(event: Event) -> list[Invoice]:
    """Those with a ticket that still holds, in their order."""
    holding = select(Ticket.invoice_id).where(
        Ticket.event_id == event.id,
        Ticket.state != TicketState.VOID,
        Ticket.invoice_id.is_not(None),
    )
    query = select(Invoice).where(Invoice.id.in_(holding)).order_by(Invoice.id)
    return list(db.session.scalars(query.options(joinedload(Invoice.customer))))


def _amounts(event: Event, ids: Sequence[int]) -> dict[int, Decimal]:
    query = (
        select(InvoicePosition.invoice_id, func.sum(InvoicePosition.gross))
        .join(InvoiceVersion, InvoiceVersion.id == InvoicePosition.version_id)
        .join(Invoice, Invoice.id == InvoicePosition.invoice_id)
        .join(TicketCategory, TicketCategory.id == InvoicePosition.ticket_category_id)
        .where(
            InvoicePosition.invoice_id.in_(ids),
            InvoiceVersion.version == Invoice.version,
            TicketCategory.event_id == event.id,
            ~select(CancellationPosition.id)
            .where(
                CancellationPosition.invoice_id == InvoicePosition.invoice_id,
                CancellationPosition.position_key == InvoicePosition.key,
            )
            .exists(),
        )
        .group_by(InvoicePosition.invoice_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
