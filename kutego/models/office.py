"""How the staff work: chosen columns, saved views, mass runs, used submission keys, job runs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.employee import Employee


class ListPreference(Base):
    """The columns an employee chose for a list, in their order, and the rows per page."""

    __tablename__ = "list_preference"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    view: Mapped[str] = mapped_column(String(60), primary_key=True)
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list)
    page_size: Mapped[int | None]
    widths: Mapped[dict[str, Any] | None]  # column → pixels
    default_view_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_view.id", ondelete="SET NULL")
    )
    without_default: Mapped[bool] = mapped_column(default=False, server_default=false())


class SavedView(Base):
    """A list with its filters, sort (by column name) and search, under a name.

    Its owner changes it; where it is shared, everybody who may see the list may use it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("employee_id", "view", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    view: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_default: Mapped[bool] = mapped_column(default=False, server_default=false())  # for all

    employee: Mapped[Employee] = relationship()


class SubmissionKey(Base):
    """A form that was sent: sent again, it is answered with what it made the first time."""

    __tablename__ = "submission_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    result_type: Mapped[str | None] = mapped_column(String(40))
    result_id: Mapped[int | None]


class RunState(Labelled):
    RUNNING = "running", "Läuft"
    DONE = "done", "Abgeschlossen"
    CANCELLED = "cancelled", "Abgebrochen"


class MassRun(Base):
    """An operation on many records: its ids are frozen when it is confirmed."""

    __tablename__ = "mass_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    view: Mapped[str] = mapped_column(String(60))  # where it was started
    title: Mapped[str] = mapped_column(String(120))
    operation: Mapped[str] = mapped_column(String(160))  # module:function
    subject_type: Mapped[str] = mapped_column(String(40))  # the table of the records
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    actor: Mapped[str]
    on: Mapped[date]
    state: Mapped[RunState] = mapped_column(default=RunState.RUNNING, index=True)
    total: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    has_questions: Mapped[bool] = mapped_column(default=False)  # records wait for a confirmation
    # records failed or were refused, and may be tried again
    has_problems: Mapped[bool] = mapped_column(default=False, server_default=false())

    def __str__(self) -> str:
        return self.title


class ItemState(Labelled):
    WAITING = "waiting", "Wartet"
    DONE = "done", "Erledigt"
    REFUSED = "refused", "Abgelehnt"
    FAILED = "failed", "Fehler"


class MassRunItem(Base):
    """One record of a mass run, marked in the operation's own transaction."""

    __tablename__ = "mass_run_item"
    __table_args__ = (
        UniqueConstraint("run_id", "record_id"),
        Index("ix_mass_run_item_run_id_state_id", "run_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("mass_run.id"))
    record_id: Mapped[int]
    label: Mapped[str]
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    message: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(String(60))  # the code that asks to be confirmed
    result_type: Mapped[str | None] = mapped_column(String(40))  # the table of what was made
    result_id: Mapped[int | None]
    at: Mapped[datetime | None]


class JobRun(Base):
    """One run of a job, for the job page."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name_id", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    on: Mapped[date]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
