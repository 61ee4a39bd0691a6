"""Rules of a course date for what is sent by itself around its days (spec COM-12)."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseDate
from kutego.models.course_day import CourseDay
from kutego.models.mail_text import MessageTemplate
from kutego.models.mailing import Mailing


class RuleMoment(Labelled):
    """What the days of a rule are counted from."""

    BEFORE_DAY = "before_day", "vor jedem Kurstag"
    AFTER_DAY = "after_day", "nach jedem Kurstag"
    BEFORE_START = "before_start", "vor Beginn des Kurses"
    AFTER_END = "after_end", "nach dem Ende des Kurses"

    @property
    def is_before(self) -> bool:
        return self in (RuleMoment.BEFORE_DAY, RuleMoment.BEFORE_START)

    @property
    def is_daily(self) -> bool:
        """Whether every day of the course has its own message."""
        return self in (RuleMoment.BEFORE_DAY, RuleMoment.AFTER_DAY)


class MailingRule(Base):
    """A template that goes out so many days before or after; the days decide when that is."""

    __tablename__ = "mailing_rule"
    __table_args__ = (
        CheckConstraint("days between 0 and 90", name="days"),
        UniqueConstraint("course_date_id", "template_id", "moment", "days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"), index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("message_template.id"), index=True)
    moment: Mapped[RuleMoment]
    days: Mapped[int]
    send_at: Mapped[time]
    created_at: Mapped[datetime]  # nothing is sent that was due before
    created_by: Mapped[str]

    course_date: Mapped[CourseDate] = relationship()
    template: Mapped[MessageTemplate] = relationship()
    occasions: Mapped[list["MailingOccasion"]] = relationship(
        back_populates="rule", order_by="MailingOccasion.id", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return f"{self.template}: {self.days} Tage {self.moment.label}"

    @property
    def lock_root(self) -> CourseDate:
        return self.course_date


class MailingOccasion(Base):
    """That a rule has sent for a day, for the beginning or for the end: once each."""

    __tablename__ = "mailing_occasion"
    __table_args__ = (UniqueConstraint("rule_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("mailing_rule.id"))
    occasion: Mapped[str] = mapped_column(String(20))  # `day-12`, `start`, `end`
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    done_at: Mapped[datetime]

    rule: Mapped[MailingRule] = relationship(back_populates="occasions")
    mailing: Mapped[Mailing | None] = relationship()


def occasion_of(moment: RuleMoment, day: CourseDay | None) -> str:
    """The key under which a rule remembers that it has sent."""
    if moment.is_daily and day is not None:
        return f"day-{day.id}"
    return "start" if moment is RuleMoment.BEFORE_START else "end"


def anchor_of(course_date: CourseDate, moment: RuleMoment, days: list[CourseDay]) -> date | None:
    """The day that a rule about the beginning or the end counts from; None where there is none.

    `days` are those that take place. The last day made so far is not the end of a running course.
    """
    if moment is RuleMoment.BEFORE_START:
        return days[0].on if days else course_date.starts_on
    return course_date.ends_on
