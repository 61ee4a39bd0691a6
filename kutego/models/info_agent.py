"""InfoAgents: who wants to hear of which new course dates."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.course import CourseCategory, CourseDate
from kutego.models.customer import Customer
from kutego.models.location import Location
from kutego.models.message import Message
from kutego.models.stateful import Stateful
from kutego.models.weekday import Weekday


class InfoAgentState(Labelled):
    ACTIVE = "active", "Aktiv"
    ENDED = "ended", "Beendet"


class InfoAgent(Stateful, Base):
    """A wish to hear of new course dates of a category, at a location, on a weekday.

    What is not named does not matter; a category or a location is always named.
    """

    __tablename__ = "info_agent"
    __table_args__ = (
        CheckConstraint("category_id IS NOT NULL OR location_id IS NOT NULL", name="topic"),
        Index("ix_info_agent_state_category_id", "state", "category_id"),
    )

    transitions = {
        InfoAgentState.ACTIVE: frozenset({InfoAgentState.ENDED}),
        InfoAgentState.ENDED: frozenset({InfoAgentState.ACTIVE}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    state: Mapped[InfoAgentState] = mapped_column(default=InfoAgentState.ACTIVE)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("course_category.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    weekday: Mapped[Weekday | None]
    token: Mapped[str] = mapped_column(String(43), unique=True)  # of the link that ends it
    since: Mapped[datetime]  # what was published before is not told of
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()
    category: Mapped[CourseCategory | None] = relationship()
    location: Mapped[Location | None] = relationship()

    def __str__(self) -> str:
        return self.topic

    @property
    def topic(self) -> str:
        """What it looks for, in words."""
        parts = (self.category, self.location, self.weekday and self.weekday.label)
        return ", ".join(str(part) for part in parts if part)


class InfoAgentHit(Base):
    """That an InfoAgent told of a course date: once, whatever happens to either of them later."""

    __tablename__ = "info_agent_hit"
    __table_args__ = (UniqueConstraint("agent_id", "course_date_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("info_agent.id"))
    course_date_id: Mapped[int] = mapped_column(ForeignKey("course_date.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    at: Mapped[datetime]

    agent: Mapped[InfoAgent] = relationship()
    course_date: Mapped[CourseDate] = relationship()
    message: Mapped[Message | None] = relationship()
