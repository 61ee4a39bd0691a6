"""The page of a mass run: how far it is, what was refused and why, and the button that stops it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, jsonify
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import Select, func, select

from kutego import clock
from kutego.db import db
from kutego.models import ItemState, MassRun, MassRunItem, Right, RunState
from kutego.operations.run_answers import cancel_run, confirm_run, retry_run
from kutego.operations.run_arguments import model_of
from kutego.operations.runs import counts_of
from kutego.texts import gettext as _
from kutego.views.panel.button import Button
from kutego.views.panel.columns import Column
from kutego.views.panel.filters import ChoiceFilter
from kutego.views.panel.places import address
from kutego.views.panel.record_view import RecordView
from kutego.views.panel.tabs import TabView

LATEST = 50  # records that the rate is measured over
PROBLEMS = 20  # shown on the page of the run; the tab has them all


@dataclass(frozen=True)
class Progress:
    """How far a run is. `rate` is records per second, `left` seconds to go, if it runs."""

    total: int
    done: int
    refused: int
    failed: int
    rate: float | None
    left: int | None

    @property
    def touched(self) -> int:
        """Records that do not wait any more."""
        return self.done + self.refused + self.failed

    @property
    def percent(self) -> int:
        """How much of the run is through, in whole percent."""
        return self.touched * 100 // self.total if self.total else 100


def progress_of(run: MassRun) -> Progress:
    """Counted from the records of the run, the rate from the latest of them."""
    counts = counts_of(run.id)
    rate = _rate(run) if run.state is RunState.RUNNING else None
    waiting = counts[ItemState.WAITING]
    return Progress(
        total=run.total,
        done=counts[ItemState.DONE],
        refused=counts[ItemState.REFUSED],
        failed=counts[ItemState.FAILED],
        rate=rate,
        left=round(waiting / rate) if rate else None,
    )


def _rate(run: MassRun) -> float | None:
    latest = (
        select(MassRunItem.at)
        .where(MassRunItem.run_id == run.id, MassRunItem.at.is_not(None))
        .order_by(MassRunItem.id.desc())
        .limit(LATEST)
        .subquery()
    )
    count, first = db.session.execute(select(func.count(), func.min(latest.c.at))).one()
    if not count or first is None:
        return None
    seconds = (clock.now() - first).total_seconds()
    return count / seconds if seconds > 0 else None


class RunItems(TabView):
    """Every record of a run, with what became of it."""

    model = MassRunItem
    slug, title, one = "items", "Alle Einträge", "Eintrag"
    parent_key = "run_id"
    has_records = False
    columns = (
        Column("label", "Eintrag", sort=""),
        Column("state", "Ergebnis", badge=True),
        Column("message", "Meldung", sort=""),
        Column("at", "Wann"),
    )
    filters = (ChoiceFilter("state", "Ergebnis", ItemState),)
    default_sort = "at"

    def record_url(self, record: Any) -> str:
        """The page of the record itself, not of the line about it."""
        return address(model_of(self.parent().subject_type), record.record_id) or ""


class RunView(RecordView):
    """Mass runs: one's own, and with the right for jobs those of everybody."""

    model = MassRun
    slug, title, one = "mass-runs", "Sammelaktionen", "Sammelaktion"
    icon = "collection-play"
    columns = (
        Column("title", "Aktion"),
        Column("total", "Einträge"),
        Column("state", "Status", badge=True),
        Column("actor", "Gestartet von"),
        Column("created_at", "Gestartet am"),
        Column("finished_at", "Beendet am"),
    )
    filters = (ChoiceFilter("state", "Status", RunState),)
    default_sort = "-created_at"
    empty = "Hier stehen Aktionen auf vielen Einträgen, sobald Sie eine starten."
    record_template = "office/panel/run.html"
    tabs = (RunItems,)
    buttons = (
        Button(
            cancel_run, label=_("Abbrechen"), danger=True,
            done=_("Die Aktion hält nach dem laufenden Eintrag an."),
            shown=lambda run: run.state is RunState.RUNNING,
        ),
        Button(
            confirm_run, label=_("Rückfragen bestätigen"), done=_("Die Aktion geht weiter."),
            shown=lambda run: run.has_questions and run.state is not RunState.RUNNING,
        ),
        Button(
            retry_run, label=_("Übrige noch einmal versuchen"), done=_("Die Aktion geht weiter."),
            shown=lambda run: run.has_problems and run.state is RunState.DONE,
        ),
    )  # fmt: skip

    def is_visible(self) -> bool:
        """Reached from the toast and the page of jobs."""
        return False

    def scope(self, query: Select[Any]) -> Select[Any]:
        if self.may(Right.JOBS):
            return query
        return query.where(MassRun.employee_id == current_user.id)

    @expose("/<int(max=2147483647):record_id>/progress/")
    def progress_view(self, record_id: int) -> Any:
        """How far the run is, for the page that asks every second."""
        run = self.get_one(record_id)
        if run is None:
            abort(404)
        p = progress_of(run)
        return jsonify(
            state=run.state.value, total=p.total, touched=p.touched, percent=p.percent,
            refused=p.refused, failed=p.failed, rate=p.rate, left=p.left,
        )  # fmt: skip

    def record_context(self, record: Any) -> dict[str, Any]:
        bad = (MassRunItem.state == ItemState.REFUSED) | (MassRunItem.state == ItemState.FAILED)
        query = select(MassRunItem).where(MassRunItem.run_id == record.id, bad)
        problems = db.session.scalars(query.order_by(MassRunItem.id).limit(PROBLEMS))
        model = model_of(record.subject_type)
        return {
            "progress": progress_of(record),
            "problems": [(item, address(model, item.record_id)) for item in problems],
        }
