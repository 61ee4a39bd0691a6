"""Tickets: one admission each, and the sheets they are printed on."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.event import Event, TicketCategory
from kutego.models.ids import Identified
from kutego.models.sold import Sold
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.booking import Booking
    from kutego.models.invoice import Invoice


class TicketState(Labelled):
    VALID = "valid", "Gültig"
    ADMITTED = "admitted", "Eingelassen"
    VOID = "void", "Storniert"


class TicketSheet(Sold, Documented, Identified, Base):
    """The PDF with the tickets of one position, a page each; made from its snapshot."""

    __tablename__ = "ticket_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    number: Mapped[str]
    snapshot: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    event: Mapped[Event] = relationship()

    def __str__(self) -> str:
        return self.number


class Ticket(Sold, Stateful, Base):
    """One admission to an event. Whoever shows its code first comes in, and nobody after."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_category_id_state", "category_id", "state"),
        Index("ix_ticket_event_id_state", "event_id", "state"),
    )

    transitions = {
        TicketState.VALID: frozenset({TicketState.ADMITTED, TicketState.VOID}),
        TicketState.ADMITTED: frozenset({TicketState.VALID, TicketState.VOID}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("ticket_category.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("ticket_sheet.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    state: Mapped[TicketState] = mapped_column(default=TicketState.VALID)
    admitted_at: Mapped[datetime | None]
    admitted_by: Mapped[str | None]
    entrance: Mapped[str | None] = mapped_column(String(60))  # through which somebody came in
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    event: Mapped[Event] = relationship()
    category: Mapped[TicketCategory] = relationship()
    sheet: Mapped[TicketSheet] = relationship()
    invoice: Mapped["Invoice | None"] = relationship()
    booking: Mapped["Booking | None"] = relationship()

    def __str__(self) -> str:
        return f"Ticket {self.id}"


def _count(owner: type[Event] | type[TicketCategory], key: Any, *states: TicketState) -> Any:
    """How many tickets of an event or a category are in one of `states`, where a page asks."""
    mine = select(func.count(Ticket.id)).where(key == owner.id, Ticket.state.in_(states))
    return column_property(mine.correlate(owner).scalar_subquery(), deferred=True)


HOLD = (TicketState.VALID, TicketState.ADMITTED)
TicketCategory.sold = _count(TicketCategory, Ticket.category_id, *HOLD)
Event.sold = _count(Event, Ticket.event_id, *HOLD)
Event.admitted = _count(Event, Ticket.event_id, TicketState.ADMITTED)
Event.quota = column_property(
    select(func.coalesce(func.sum(TicketCategory.quota), 0))
    .where(TicketCategory.event_id == Event.id)
    .correlate(Event)
    .scalar_subquery(),
    deferred=True,
)
