"""Check-in: whoever shows a valid code comes in, each code once, at however many doors."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import Event, EventState, Ticket, TicketState, company
from kutego.operations.activity import log_activity
from kutego.operations.ticket_codes import code_from
from kutego.texts import gettext as _


def ticket_of(event: Event, text: str) -> Ticket:
    """The ticket of `event` with the code that was scanned or typed; refuses every other one."""
    code = code_from(text)
    ticket = db.session.scalar(select(Ticket).where(Ticket.code == code)) if code else None
    if ticket is None:
        raise DomainError(_("Diesen Code gibt es nicht."))
    if ticket.event_id != event.id:
        raise DomainError(
            _("Das Ticket ist für eine andere Veranstaltung: „%(event)s“.", event=ticket.event)
        )
    return ticket


@operation
def admit_ticket(ticket: Ticket, *, entrance: str | None = None, on: date, by: Actor) -> Ticket:
    """Let whoever shows the ticket in. The second is refused, with when and where the first was."""
    lock(db.session(), [ticket.event])
    if ticket.event.state is EventState.CANCELLED:
        raise DomainError(_("„%(event)s“ ist abgesagt.", event=ticket.event))
    if ticket.replaced_by_id is not None:
        raise DomainError(
            _("Für dieses Ticket gibt es einen neuen Code. Der alte gilt nicht mehr.")
        )
    if ticket.state is TicketState.VOID:
        raise DomainError(_("Dieses Ticket ist storniert."))
    if ticket.state is TicketState.ADMITTED:
        raise DomainError(_("Schon eingelassen: %(when)s.", when=admitted_text(ticket)))
    ticket.move_to(TicketState.ADMITTED)
    ticket.admitted_at, ticket.admitted_by = clock.now(), by.name
    ticket.entrance = (entrance or "").strip()[:60] or None
    log_activity(ticket, "ticket.admitted", by=by, event=str(ticket.event))
    return ticket


@operation
def undo_admission(ticket: Ticket, *, on: date, by: Actor) -> Ticket:
    """It was a mistake: the ticket lets somebody in again."""
    lock(db.session(), [ticket.event])
    if ticket.state is not TicketState.ADMITTED:
        raise DomainError(_("Dieses Ticket ist nicht eingelassen."))
    ticket.move_to(TicketState.VALID)
    ticket.admitted_at = ticket.admitted_by = ticket.entrance = None
    log_activity(ticket, "ticket.admission_undone", by=by, event=str(ticket.event))
    return ticket


def admitted_text(ticket: Ticket) -> str:
    """When somebody came in with it, where, and who let them."""
    if ticket.admitted_at is None:
        return ""
    at = ticket.admitted_at.astimezone(company().zone)
    told = _("%(day)s um %(at)s Uhr, von %(by)s",
             day=f"{at:%d.%m.%Y}", at=f"{at:%H:%M:%S}", by=ticket.admitted_by)  # fmt: skip
    return f"{told}, {ticket.entrance}" if ticket.entrance else told
