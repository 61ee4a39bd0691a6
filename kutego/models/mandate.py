"""SEPA mandates: a customer's permission to collect money from their account."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, exists, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.models.stateful import Stateful

ACTIVE = text("state = 'active'")


class MandateState(Labelled):
    ACTIVE = "active", "Gültig"
    REVOKED = "revoked", "Widerrufen"


class Mandate(Stateful, Base):
    """One mandate with its reference, which is used once. A customer has one that holds at most."""

    __tablename__ = "mandate"
    __table_args__ = (
        Index(
            "uq_mandate_customer_active", "customer_id",
            unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE,
        ),
        Index("ix_mandate_customer_id_id", "customer_id", "id"),
    )  # fmt: skip

    transitions = {MandateState.ACTIVE: frozenset({MandateState.REVOKED})}

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    reference: Mapped[str] = mapped_column(String(35), unique=True)  # as pain.008 allows it
    state: Mapped[MandateState] = mapped_column(default=MandateState.ACTIVE)
    signed_on: Mapped[date]
    iban: Mapped[str] = mapped_column(String(34))  # the account it was given for
    account_holder: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    revoked_on: Mapped[date | None]

    customer: Mapped[Customer] = relationship(back_populates="mandates")

    def __str__(self) -> str:
        return self.reference

    @property
    def is_active(self) -> bool:
        return self.state is MandateState.ACTIVE


HAS_MANDATE = exists().where(
    Mandate.customer_id == Customer.id, Mandate.state == MandateState.ACTIVE
)

# Computed where a list or page asks for it, never with every customer that is loaded.
ANY_MANDATE = exists().where(Mandate.customer_id == Customer.id).correlate(Customer)
Customer.has_mandates = column_property(ANY_MANDATE, deferred=True)
Customer.has_mandate = column_property(HAS_MANDATE.correlate(Customer), deferred=True)
