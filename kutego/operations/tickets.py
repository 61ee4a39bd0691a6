"""Ticket positions: tickets are made when they are sold and void when the position is cancelled."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, lock
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    EventState,
    Ticket,
    TicketCategory,
    TicketSheet,
    TicketState,
    company,
)
from kutego.models.position import PositionColumns
from kutego.operations.activity import log_activity
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.operations.events import sold_of
from kutego.operations.ticket_codes import new_code
from kutego.operations.ticket_sheets import mail_sheets, print_sheet
from kutego.texts import gettext as _
from kutego.texts import ngettext

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

MOST = 200  # tickets of one position


def check_ticket(customer: Customer, line: "PositionInput") -> None:
    """An event that sells tickets now, and no more of them than there are."""
    category = db.session.get(TicketCategory, line.ticket_category_id or 0)
    if category is None:
        raise DomainError(_("Bitte auswählen, welches Ticket verkauft wird."))
    if line.quantity != int(line.quantity) or not 1 <= line.quantity <= MOST:
        raise DomainError(_("Bitte 1 bis %(most)s ganze Tickets je Position.", most=MOST))
    _refuse_sale(category, int(line.quantity))
    _refuse_more(customer, category, int(line.quantity))


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
    _refuse_more(sale.customer, category, count)
    codes, sold = [new_code() for _number in range(count)], sold_by(sale, line)
    sheet = print_sheet(sale.customer, category, codes, sold=sold)
    db.session.add_all(
        Ticket(
            customer=sale.customer, event=event, category=category, sheet=sheet, code=code,
            created_at=clock.now(), **sold,
        )
        for code in codes
    )  # fmt: skip
    log_activity(sheet, "ticket.sold", by=by, event=event.name, count=count)
    if getattr(sale, "send_mail", True) and sale.customer.email:
        mail_sheets("tickets", [sheet], count)


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


TICKET = Effect(
    check=check_ticket, roots=ticket_roots, take=take_tickets, given=tickets_given, counts=True
)


# --- parts ------------------------------------------------------------------------------------


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


def _refuse_more(customer: Customer, category: TicketCategory, count: int) -> None:
    """One customer has no more of a kind than the house allows."""
    if category.most_each is None:
        return
    query = select(func.count()).where(
        Ticket.category_id == category.id,
        Ticket.customer_id == customer.id,
        Ticket.state != TicketState.VOID,
    )
    has = db.session.scalar(query) or 0
    if has + count > category.most_each:
        raise DomainError(
            ngettext("Von „%(category)s“ gibt es für jeden nur ein Ticket",
                     "Von „%(category)s“ gibt es für jeden höchstens %(count)s Tickets",
                     category.most_each, category=category)
            + (_("; %(name)s hat schon %(has)s.", name=customer.name, has=has) if has else ".")
        )  # fmt: skip


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
