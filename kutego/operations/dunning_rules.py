"""What the plan of dunning reads: the runs in use, and the reasons not to dun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kutego.db import Base, db
from kutego.labelled import Labelled
from kutego.models import (
    Automation,
    CourseDate,
    DunningRun,
    DunningStage,
    Invoice,
    Product,
    StageKind,
)
from kutego.models.position import PositionColumns


class LeftOut(Labelled):
    """Why an invoice is not dunned today, the first reason that holds."""

    LOCKED = "locked", "Kunde gesperrt"
    COLLECTION = "collection", "Im Inkasso"
    STOPPED = "stopped", "Mahnen gestoppt"
    CUSTOMER_STOPPED = "customer_stopped", "Mahnen für den Kunden gestoppt"
    METHOD = "method", "Zahlungsmethode ausgenommen"
    SMALL = "small", "Unter dem Mindestbetrag"
    NOT_DUE = "not_due", "Noch nicht fällig"
    DONE = "done", "Alle Stufen verschickt"
    NOT_YET = "not_yet", "Nächste Stufe noch nicht erreicht"
    WAITING = "waiting", "Gesetzte Frist läuft noch"
    NO_ADDRESS = "no_address", "Keine E-Mail-Adresse"


@dataclass(frozen=True)
class Rules:
    """The runs and stages in use, the earliest stage first; read once for a plan."""

    runs: tuple[DunningRun, ...]
    stages: tuple[DunningStage, ...]

    @classmethod
    def read(cls) -> Self:
        """As they stand now, in two statements."""
        query = select(DunningRun).where(DunningRun.is_active).order_by(DunningRun.id)
        runs = db.session.scalars(query.options(selectinload(DunningRun.stages))).all()
        found = [stage for run in runs for stage in run.stages if stage.is_active]
        return cls(tuple(runs), tuple(sorted(found, key=lambda stage: (stage.days, stage.id))))

    @property
    def standard_id(self) -> int:
        """The id of the standard run, 0 where there is none."""
        return next((run.id for run in self.runs if run.is_standard), 0)


def runs_by_itself(stage: DunningStage) -> bool:
    """Whether the job sends it without anybody's approval."""
    if stage.run.automation is Automation.REMINDERS:
        return stage.kind is StageKind.REMINDER
    return stage.run.automation is Automation.EVERYTHING


def run_of(lines: Sequence[PositionColumns]) -> int | None:
    """The run that was chosen with the first course or product that has one (spec DUN-05)."""
    chosen = _chosen_runs()
    for line in lines:
        for sold in ((CourseDate, line.course_date_id), (Product, line.product_id)):
            if sold in chosen:
                return chosen[sold]
    return None


def _chosen_runs() -> dict[tuple[type[Base], int | None], int | None]:
    """The courses and products that have a run of their own; read once per transaction.

    Asked for each invoice of a billing run it would flush each, and halve the run.
    """
    known: dict[tuple[type[Base], int | None], int | None] | None = db.session.info.get(
        "dunning_runs"
    )
    if known is None:
        known = {}
        for model in (CourseDate, Product):
            own = select(model.id, model.dunning_run_id).where(model.dunning_run_id.is_not(None))
            known |= {(model, record_id): run_id for record_id, run_id in db.session.execute(own)}
        if db.session.info.get("writing"):
            db.session.info["dunning_runs"] = known
    return known


def top_stage(stages: Sequence[DunningStage]) -> DunningStage:
    """The stage whose words a letter has: a notice before a reminder, then the later one."""
    return max(stages, key=lambda stage: (stage.kind is StageKind.NOTICE, stage.days))


def next_stage(invoice: Invoice, rules: Rules) -> tuple[DunningStage, date] | None:
    """The stage that comes next for an invoice, and its day at the earliest (spec DUN-12)."""
    if invoice.due_on is None:
        return None
    known = {run.id for run in rules.runs}
    chosen = invoice.dunning_run_id if invoice.dunning_run_id in known else rules.standard_id
    stages = [stage for stage in rules.stages if stage.run_id == chosen]
    case, reached = invoice.dunning, None
    if case is not None and case.reached is not None:
        reached = case.reached
    elif invoice.reminded_at is not None:
        reached = next((stage.days for stage in stages if stage.days >= 0), None)
    stage = next((each for each in stages if reached is None or each.days > reached), None)
    if stage is None:
        return None
    day = invoice.due_on + timedelta(days=stage.days)
    if case is not None and case.quiet_until is not None:
        day = max(day, case.quiet_until + timedelta(days=1))
    return stage, day
