"""What is taught: categories and course dates."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.employee import Employee
from kutego.models.location import Location
from kutego.models.make_up_rules import MakeUpRules
from kutego.models.payment_method import Offering
from kutego.models.room import Room
from kutego.models.stateful import Stateful
from kutego.models.term_template import TermTemplate
from kutego.models.waitlist_rules import WaitlistRules

if TYPE_CHECKING:
    from kutego.models.course_day import CourseDay, CourseTime


class CourseCategory(MakeUpRules, Base):
    """What course dates are grouped by."""

    __tablename__ = "course_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
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


class CourseDate(Offering, WaitlistRules, MakeUpRules, Stateful, Base):
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
    level: Mapped[str | None] = mapped_column(String(60))  # whom it is for; None: for everybody
    capacity: Mapped[int | None]
    capacity_min: Mapped[int | None]  # below it the course does not pay
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    skips_holidays: Mapped[bool] = mapped_column(default=True, server_default=true())
    skips_school_holidays: Mapped[bool] = mapped_column(default=False, server_default=false())
    weeks_ahead: Mapped[int] = mapped_column(default=26, server_default="26")
    days_until: Mapped[date | None]  # up to here the weekly times were turned into days
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("course_date.id"), index=True)
    dunning_run_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_run.id"))
    instalments: Mapped[str | None] = mapped_column(String(60))  # offered numbers, as "2, 3, 6"
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)  # for the first time

    category: Mapped[CourseCategory | None] = relationship()
    location: Mapped[Location | None] = relationship()
    instructor: Mapped[Employee | None] = relationship()
    term_template: Mapped[TermTemplate | None] = relationship()
    room: Mapped[Room | None] = relationship()
    follow_up: Mapped["CourseDate | None"] = relationship(remote_side=[id])
    times: Mapped[list["CourseTime"]] = relationship(
        back_populates="course_date", order_by="CourseTime.weekday, CourseTime.starts_at"
    )
    days: Mapped[list["CourseDay"]] = relationship(
        back_populates="course_date",
        order_by="CourseDay.on, CourseDay.starts_at",
        passive_deletes="all",
    )

    def __str__(self) -> str:
        return self.title

    @property
    def lock_root(self) -> "CourseDate":
        return self
