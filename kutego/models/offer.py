"""Offers: prepared by the office, answered once and for all by the customer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego import clock
from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import Chained
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.payment_method import PaymentMethod
from kutego.models.position import PositionColumns
from kutego.models.stateful import Stateful
from kutego.money import ZERO


class OfferState(Labelled):
    DRAFT = "draft", "Entwurf"
    OPEN = "open", "Offen"
    ACCEPTED = "accepted", "Angenommen"
    DECLINED = "declined", "Abgelehnt"
    WITHDRAWN = "withdrawn", "Zurückgezogen"


class OfferStatus(Labelled):
    """What people see: the state, and whether an open offer has expired. Computed, never stored."""

    DRAFT = "draft", "Entwurf"
    OPEN = "open", "Offen"
    EXPIRED = "expired", "Abgelaufen"
    ACCEPTED = "accepted", "Angenommen"
    DECLINED = "declined", "Abgelehnt"
    WITHDRAWN = "withdrawn", "Zurückgezogen"


S = OfferState


class Offer(Stateful, Base):
    """An offer to one customer. The token is its public address; expiry is computed (spec D-17)."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_customer_id_id", "customer_id", "id"),
        Index("ix_offer_state_valid_until", "state", "valid_until"),
    )

    transitions = {
        S.DRAFT: frozenset({S.OPEN}),
        S.OPEN: frozenset({S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    state: Mapped[OfferState] = mapped_column(default=OfferState.DRAFT)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    version: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    answer_by: Mapped[datetime | None]  # the moment, where a place is kept for the customer
    email: Mapped[str | None]
    text: Mapped[LongText | None]
    payment_method: Mapped[PaymentMethod]
    method_locked: Mapped[bool] = mapped_column(default=False)
    total: Mapped[Decimal] = mapped_column(default=ZERO)
    token: Mapped[str | None] = mapped_column(String(64), unique=True)

    customer: Mapped[Customer] = relationship()
    positions: Mapped[list["OfferPosition"]] = relationship(
        order_by="OfferPosition.place", cascade="all, delete-orphan"
    )
    versions: Mapped[list["OfferVersion"]] = relationship(
        order_by="OfferVersion.version", viewonly=True
    )
    decision: Mapped["OfferDecision | None"] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.number or f"Entwurf {self.id}"

    def is_expired(self, on: date) -> bool:
        """Whether the last day of an open offer has passed on `on`; that day itself counts.

        A place is kept for hours and minutes: there the moment decides.
        """
        if self.state is not S.OPEN:
            return False
        if self.answer_by is not None:
            return self.answer_by <= clock.now()
        return self.valid_until is not None and self.valid_until < on

    def status(self, on: date) -> OfferStatus:
        """How it stands on the day `on`."""
        return OfferStatus.EXPIRED if self.is_expired(on) else OfferStatus(self.state.value)


def offer_status_is(status: OfferStatus, on: date) -> ColumnElement[bool]:
    """The condition in SQL for what `Offer.status` answers about one record."""
    late, too_late = Offer.valid_until < on, Offer.answer_by <= clock.now()
    if status is OfferStatus.EXPIRED:
        return and_(Offer.state == S.OPEN, or_(late, too_late))
    if status is OfferStatus.OPEN:
        in_time = or_(Offer.valid_until.is_(None), ~late)
        return and_(Offer.state == S.OPEN, in_time, or_(Offer.answer_by.is_(None), ~too_late))
    return Offer.state == OfferState(status.value)


class OfferPosition(PositionColumns, Base):
    """A line of an offer as it stands now; what was sent is frozen in its versions."""

    __tablename__ = "offer_position"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)


class OfferVersion(Documented, Chained, Base):
    """An offer as it was sent: the snapshot its PDF is rendered from."""

    __tablename__ = "offer_version"
    __table_args__ = (UniqueConstraint("offer_id", "version"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date]
    total: Mapped[Decimal]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    def __str__(self) -> str:
        return self.number


class OfferDecision(Chained, Base):
    """The customer's answer, with the versions of the texts they agreed to. One per offer."""

    __tablename__ = "offer_decision"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), unique=True)
    version: Mapped[int]
    decision: Mapped[OfferState]
    at: Mapped[datetime]
    address: Mapped[str | None] = mapped_column(String(45))  # IP, as proof of the consent
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("legal_text.id"))
    privacy_id: Mapped[int | None] = mapped_column(ForeignKey("legal_text.id"))
    withdrawal_id: Mapped[int | None] = mapped_column(ForeignKey("legal_text.id"))
