"""What is taught: locations, categories, course dates with their days, and who is in them."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.participant import Participant
from kutego.models.sold import Sold
from kutego.models.stateful import Stateful

if TYPE_CHECKING:
    from kutego.models.invoice import Invoice


class Location(Base):
    """Where courses take place."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class CourseCategory(Base):
    """What course dates are grouped by."""

    __tablename__ = "course_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class TermTemplate(Base):
    """The terms a contract is made from: interval, price, minimum term, notice."""

    __tablename__ = "term_template"
    __table_args__ = (CheckConstraint("interval_months between 1 and 24", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    interval_months: Mapped[int] = mapped_column(default=1)
    minimum_months: Mapped[int] = mapped_column(default=0)
    notice_months: Mapped[int] = mapped_column(default=1)
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class CourseKind(Labelled):
    BLOCK = "block", "Blockkurs"
    RUNNING = "running", "Dauerkurs"


class CourseState(Labelled):
    DRAFT = "draft", "Entwurf"
    PUBLISHED = "published", "Veröffentlicht"
    CANCELLED = "cancelled", "Abgesagt"


class CourseDate(Stateful, Base):
    """A course as it takes place: a block of days at one price, or running with contracts."""

    __tablename__ = "course_date"

    transitions = {
        CourseState.DRAFT: frozenset({CourseState.PUBLISHED, CourseState.CANCELLED}),
        CourseState.PUBLISHED: frozenset({CourseState.DRAFT, CourseState.CANCELLED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    kind: Mapped[CourseKind] = mapped_column(default=CourseKind.BLOCK)
    state: Mapped[CourseState] = mapped_column(default=CourseState.PUBLISHED)
    description: Mapped[LongText | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("course_category.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    term_template_id: Mapped[int | None] = mapped_column(ForeignKey("term_template.id"))
    price: Mapped[Decimal | None]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    capacity: Mapped[int | None]
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)  # for the first time

    category: Mapped[CourseCategory | None] = relationship()
    location: Mapped[Location | None] = relationship()
    instructor: Mapped[Employee | None] = relationship()
    term_template: Mapped[TermTemplate | None] = relationship()
    days: Mapped[list["CourseDay"]] = relationship(
        back_populates="course_date", order_by="CourseDay.on", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.title

    @property
    def lock_root(self) -> "CourseDate":
        return self


class CourseDayState(Labelled):
    PLANNED = "planned", "Geplant"
    CANCELLED = "cancelled", "Abgesagt"


class CourseDay(Base):
    """One lesson of a course date."""

    __tablename__ = "course_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    course_date_id: Mapped[int] = mapped_column(
        ForeignKey("course_date.id", ondelete="RESTRICT"), index=True
    )
    on: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    state: Mapped[CourseDayState] = mapped_column(default=CourseDayState.PLANNED)

    course_date: Mapped[CourseDate] = relationship(back_populates="days")

    @property
    def lock_root(self) -> CourseDate:
        return self.course_date

    def __str__(self) -> str:
        return f"{self.course_date}, {self.on:%d.%m.%Y}"


class EnrolmentState(Labelled):
    ACTIVE = "active", "Aktiv"
    ENDED = "ended", "Beendet"
    REMOVED = "removed", "Entfernt"


class Enrolment(Sold, Stateful, Base):
    """A participant's place in a course date, from and until which day."""

    __tablename__ = "enrolment"
    __table_args__ = (Index("ix_enrolment_course_date_id_state", "course_date_id", "state"),)

    transitions = {
        EnrolmentState.ACTIVE: frozenset({EnrolmentState.ENDED, EnrolmentState.REMOVED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(default=EnrolmentState.ACTIVE)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    suspended_for_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)

    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant] = relationship(back_populates="enrolments")
    course_date: Mapped[CourseDate] = relationship()
    suspended_for: Mapped["Invoice | None"] = relationship(foreign_keys=[suspended_for_id])

    def __str__(self) -> str:
        return f"{self.participant} in {self.course_date}"

    @property
    def is_suspended(self) -> bool:
        """Whether it rests because an invoice is unpaid; with the payment it goes on by itself."""
        return self.suspended_for is not None and self.suspended_for.open_amount > 0


def next_day_of(customer_id: int, on: date) -> Select[date]:
    """The next day, from `on`, that a participant of a customer has a place on; NULL for none."""
    return (
        select(func.min(CourseDay.on))
        .join(Enrolment, Enrolment.course_date_id == CourseDay.course_date_id)
        .where(
            Enrolment.customer_id == customer_id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.starts_on <= CourseDay.on,
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= CourseDay.on),
            CourseDay.on >= on,
            CourseDay.state == CourseDayState.PLANNED,
        )
    )


class Product(Base):
    """An article that can be sold."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
