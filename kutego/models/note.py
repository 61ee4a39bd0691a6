"""What the office notes about customers, and the tasks that come of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.stateful import Stateful

WAITING: dict[str, Any] = {
    "sqlite_where": text("follow_up_on IS NOT NULL AND done_at IS NULL"),
    "postgresql_where": text("follow_up_on IS NOT NULL AND done_at IS NULL"),
}
IS_OPEN = text("task.state = 'open'")  # spelled like the index below, or SQLite scans the table
OPEN: dict[str, Any] = {
    "sqlite_where": text("state = 'open'"),
    "postgresql_where": text("state = 'open'"),
}


class Note(Base):
    """An internal note about a customer; with a date it comes back as a task (spec NOT).

    `employee` is who shall be told; without one it is the author, and where that person has left,
    the owner of the business (NOT-06). `done_at` is about the follow-up.
    """

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_customer_id_id", "customer_id", "id"),
        Index("ix_note_follow_up_on", "follow_up_on", **WAITING),
        Index("ix_note_created_at_id", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    text: Mapped[LongText]
    follow_up_on: Mapped[date | None]
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[str | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    search: Mapped[LongText]

    customer: Mapped[Customer] = relationship()
    employee: Mapped[Employee | None] = relationship(foreign_keys=[employee_id])
    author: Mapped[Employee | None] = relationship(foreign_keys=[author_id])
    tasks: Mapped[list["Task"]] = relationship(
        back_populates="note", order_by="Task.id", passive_deletes="all"
    )

    def __str__(self) -> str:
        return shortened(self.text)


class TaskState(Labelled):
    OPEN = "open", "Offen"
    DONE = "done", "Erledigt"
    MOVED = "moved", "Verschoben"


class Task(Stateful, Base):
    """Something one employee has to do: a note whose day has come, or what a rule asks for.

    A note has at most one task for each of its dates, so that no date fires twice (NOT-08).
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("note_id", "due_on"),
        Index("ix_task_open", "employee_id", "due_on", **OPEN),
        Index("ix_task_due_on_id", "due_on", "id"),
    )

    transitions = {
        TaskState.OPEN: frozenset({TaskState.DONE, TaskState.MOVED}),
        TaskState.DONE: frozenset({TaskState.OPEN}),
        TaskState.MOVED: frozenset({TaskState.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer.id", ondelete="RESTRICT"), index=True
    )
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id", ondelete="RESTRICT"))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    text: Mapped[LongText]
    due_on: Mapped[date]
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    search: Mapped[LongText]

    customer: Mapped[Customer | None] = relationship()
    employee: Mapped[Employee | None] = relationship()
    note: Mapped[Note | None] = relationship(back_populates="tasks")

    def __str__(self) -> str:
        return shortened(self.text)

    @property
    def lock_root(self) -> Base:
        """The customer, or the task itself where it is about none."""
        return self.customer or self


def shortened(words: str, most: int = 80) -> str:
    """The first line of a text, at most that many characters of it."""
    line = words.strip().partition("\n")[0]
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
