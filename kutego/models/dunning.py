"""Dunning: runs with their stages, how far an invoice has come, and what was sent about it."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.chain import Chained
from kutego.models.company import LongText, Percent
from kutego.models.customer import Customer
from kutego.models.document import Documented
from kutego.models.stateful import Stateful
from kutego.money import ZERO

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class Automation(Labelled):
    OFF = "off", "Nichts"
    REMINDERS = "reminders", "Nur Zahlungserinnerungen"
    EVERYTHING = "everything", "Erinnerungen und Mahnungen"


class StageKind(Labelled):
    REMINDER = "reminder", "Zahlungserinnerung"
    NOTICE = "notice", "Mahnung"


class DunningRun(Base):
    """An ordered list of stages and the rules they share. One run is the standard (DUN-05)."""

    __tablename__ = "dunning_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    is_standard: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    automation: Mapped[Automation] = mapped_column(default=Automation.REMINDERS)
    minimum_amount: Mapped[Decimal] = mapped_column(default=ZERO)  # less is not worth a letter
    combines: Mapped[bool] = mapped_column(default=True)  # all invoices of a customer in one
    claims_interest: Mapped[bool] = mapped_column(default=False)  # of businesses (§ 288 (2) BGB)
    claims_lump_sum: Mapped[bool] = mapped_column(default=False)  # 40 euros (§ 288 (5) BGB)

    stages: Mapped[list["DunningStage"]] = relationship(
        back_populates="run", order_by="DunningStage.days", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def lock_root(self) -> "DunningRun":
        return self


class DunningStage(Base):
    """What happens `days` after the due date, before it where they are negative.

    The days are the order: an invoice goes from one stage to a later one, never back.
    """

    __tablename__ = "dunning_stage"
    __table_args__ = (
        CheckConstraint("days between -365 and 1825", name="days"),
        CheckConstraint("fee >= 0", name="fee"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    run_id: Mapped[int] = mapped_column(ForeignKey("dunning_run.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[StageKind]
    days: Mapped[int]
    new_due_days: Mapped[int] = mapped_column(default=7)  # the time that is given to pay
    fee: Mapped[Decimal] = mapped_column(default=ZERO)
    subject: Mapped[str]
    text: Mapped[LongText]
    by_post: Mapped[bool] = mapped_column(default=False)
    suspends: Mapped[bool] = mapped_column(default=False)  # the places that the invoice is for
    is_active: Mapped[bool] = mapped_column(default=True)

    run: Mapped[DunningRun] = relationship(back_populates="stages")

    @property
    def lock_root(self) -> DunningRun:
        return self.run

    def __str__(self) -> str:
        return self.name


class DunningCase(Base):
    """How far the dunning of one invoice has come. Made when there is something to say."""

    __tablename__ = "dunning_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), unique=True)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_stage.id"), index=True)
    reached: Mapped[int | None]  # the days of the stage that fired last
    fired_on: Mapped[date | None]
    quiet_until: Mapped[date | None]  # the time to pay that was given last
    is_included: Mapped[bool] = mapped_column(default=False)  # whatever its payment method is
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
    in_collection: Mapped[bool] = mapped_column(default=False)

    customer: Mapped[Customer] = relationship()
    invoice: Mapped["Invoice"] = relationship()
    stage: Mapped[DunningStage | None] = relationship()


class DunningNotice(Documented, Chained, Base):
    """One letter to one customer about one or several invoices, as it was written."""

    __tablename__ = "dunning_notice"
    __table_args__ = (
        Index("ix_dunning_notice_customer_id_id", "customer_id", "id"),
        Index("ix_dunning_notice_kind_issued_on", "kind", "issued_on"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    number: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[StageKind]
    stage_id: Mapped[int] = mapped_column(ForeignKey("dunning_stage.id"))
    title: Mapped[str]
    issued_on: Mapped[date]
    pay_until: Mapped[date]
    claimed: Mapped[Decimal]  # with fees, interest and lump sums
    at: Mapped[datetime]
    actor: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_notice.id"))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    customer: Mapped[Customer] = relationship()
    stage: Mapped[DunningStage] = relationship()
    entries: Mapped[list["DunningEntry"]] = relationship(
        back_populates="notice", order_by="DunningEntry.id", viewonly=True
    )

    def __str__(self) -> str:
        return self.number


class DunningEntry(Chained, Base):
    """That a stage fired for an invoice: once and never again, the database sees to it."""

    __tablename__ = "dunning_entry"
    __table_args__ = (UniqueConstraint("invoice_id", "stage_id"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("dunning_notice.id"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("dunning_stage.id"), index=True)
    kind: Mapped[StageKind]
    days: Mapped[int]
    fired_on: Mapped[date]
    due_on: Mapped[date]
    open_amount: Mapped[Decimal]  # before the fee
    fee: Mapped[Decimal]
    channel: Mapped[str] = mapped_column(String(30))  # of a list of channels: "email,letter"

    invoice: Mapped["Invoice"] = relationship()
    notice: Mapped[DunningNotice] = relationship(back_populates="entries")
    stage: Mapped[DunningStage] = relationship()


class BaseRate(Base):
    """The base rate of § 247 BGB from a day on, as the Bundesbank publishes it."""

    __tablename__ = "base_rate"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[date] = mapped_column(unique=True)
    rate: Mapped[Percent]

    def __str__(self) -> str:
        return f"{self.valid_from:%d.%m.%Y}"


class CollectionState(Labelled):
    HANDED_OVER = "handed_over", "Übergeben"
    PAID = "paid", "Bezahlt"
    RETURNED = "returned", "Zurückgegeben"


C = CollectionState
PENDING = text("state = 'handed_over'")


class CollectionCase(Stateful, Base):
    """An invoice in the hands of a collection agency, with the claim as it was handed over."""

    __tablename__ = "collection_case"
    __table_args__ = (
        Index(
            "uq_collection_case_invoice_id", "invoice_id",
            unique=True, sqlite_where=PENDING, postgresql_where=PENDING,
        ),
    )  # fmt: skip

    transitions = {C.HANDED_OVER: frozenset({C.PAID, C.RETURNED})}

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    state: Mapped[CollectionState] = mapped_column(default=C.HANDED_OVER)
    agency: Mapped[str]
    reference: Mapped[str | None]
    handed_over_on: Mapped[date]
    claimed: Mapped[Decimal]
    statement: Mapped[dict[str, Any]] = mapped_column(JSON)
    closed_on: Mapped[date | None]
    close_reason: Mapped[str | None]

    customer: Mapped[Customer] = relationship()
    invoice: Mapped["Invoice"] = relationship()

    def __str__(self) -> str:
        return f"Inkasso {self.statement['invoice']['number']}"
