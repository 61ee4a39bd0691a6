"""Packages: units sold together, and the quotas that customers use up day by day."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.company import Percent
from kutego.models.course import CourseCategory
from kutego.models.customer import Customer
from kutego.models.participant import Participant
from kutego.models.payment_method import Offering
from kutego.models.sold import Sold

if TYPE_CHECKING:
    from kutego.models.booking import Booking
    from kutego.models.enrolment import Enrolment
    from kutego.models.invoice import Invoice

PACKAGE_CATEGORIES = Table(
    "package_category",
    Base.metadata,
    Column("package_id", ForeignKey("package.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("course_category.id"), primary_key=True),
)


class Package(Offering, Base):
    """A number of units, sold together and used day by day; a choice card.

    Without categories its units are good for every course; without `validity_months` for ever.
    """

    __tablename__ = "package"
    __table_args__ = (CheckConstraint("units between 1 and 1000", name="units"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    units: Mapped[int] = mapped_column(default=10)
    validity_months: Mapped[int | None]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    is_active: Mapped[bool] = mapped_column(default=True)

    categories: Mapped[list[CourseCategory]] = relationship(
        secondary=PACKAGE_CATEGORIES, order_by=CourseCategory.name
    )

    def __str__(self) -> str:
        return self.name


class UnitQuota(Sold, Base):
    """What a customer has of a package for one participant: units bought, used, taken back.

    `used` counts the units in `uses` that were not given back.
    """

    __tablename__ = "unit_quota"
    __table_args__ = (
        CheckConstraint("used >= 0 and withdrawn >= 0 and used + withdrawn <= units", name="units"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"))
    units: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    withdrawn_on: Mapped[date | None]  # when the sale was cancelled
    bought_on: Mapped[date]
    expires_on: Mapped[date | None]  # the last day that counts
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant] = relationship()
    package: Mapped[Package] = relationship(lazy="joined", innerjoin=True)
    invoice: Mapped["Invoice | None"] = relationship()
    booking: Mapped["Booking | None"] = relationship()
    uses: Mapped[list["UnitUse"]] = relationship(
        back_populates="quota", order_by="UnitUse.on, UnitUse.id"
    )

    @property
    def left(self) -> int:
        """Units that can still be used."""
        return self.units - self.used - self.withdrawn

    def is_expired(self, on: date) -> bool:
        """Whether its last day is over."""
        return self.expires_on is not None and self.expires_on < on

    def is_good(self, on: date) -> bool:
        """Whether a unit of it can be used on a day."""
        return self.left > 0 and not self.is_expired(on)

    def __str__(self) -> str:
        return f"{self.package} ({self.participant})"


class UnitUse(Base):
    """One unit, spent on one day of a course; `returned_at` where it was given back."""

    __tablename__ = "unit_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("unit_quota.id"), index=True)
    course_day_id: Mapped[int] = mapped_column(ForeignKey("course_day.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    on: Mapped[date]
    used_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]

    quota: Mapped[UnitQuota] = relationship(back_populates="uses")
    enrolment: Mapped["Enrolment"] = relationship()

    @property
    def lock_root(self) -> Customer:
        return self.quota.customer

    def __str__(self) -> str:
        return f"{self.on:%d.%m.%Y}, {self.enrolment.course_date}"
