"""The business closes for some days: every contract rests meanwhile, to the day (spec CON-11).

What is paid of these days comes after them, what is not paid is left out. The run freezes who it
is about; killed and started again, each contract rests once, and a second run finds none left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    ClosingTime,
    Contract,
    ContractKind,
    ContractPause,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    Location,
    MassRun,
)
from kutego.operations.contracts import RUNNING
from kutego.operations.master_data import save_record
from kutego.operations.messages import queue_message
from kutego.operations.pauses import LATEST, LONGEST, plan_pause, put_pause
from kutego.operations.reasons import given_reason
from kutego.operations.run_slices import in_slices
from kutego.operations.runs import start_run
from kutego.periods import DAY, Period
from kutego.texts import gettext as _
from kutego.texts import ngettext


@dataclass(frozen=True)
class Closure:
    """Which contracts would rest, and how many things go on without them."""

    days: Period
    ids: tuple[int, ...]
    resting: int  # rest on all of these days already
    instalments: int
    course_days: int

    def lines(self) -> list[str]:
        """For the screen."""
        count = (self.days.last + DAY - self.days.first).days
        told = [
            ngettext(
                "Ein Vertrag ruht vom %(days)s (%(length)s Tage) und behält seinen Platz.",
                "%(count)s Verträge ruhen vom %(days)s (%(length)s Tage) und behalten ihren Platz.",
                len(self.ids), days=self.days, length=count,
            ),
            _("Was davon schon bezahlt ist, kommt danach; alles andere wird nicht berechnet."),
        ]  # fmt: skip
        if self.resting:
            told.append(
                ngettext("Ein Vertrag ruht an diesen Tagen schon und bleibt, wie er ist.",
                         "%(count)s Verträge ruhen an diesen Tagen schon und bleiben, wie sie "
                         "sind.",
                         self.resting)
            )  # fmt: skip
        if self.instalments:
            told.append(
                ngettext("Eine Ratenvereinbarung läuft weiter: Raten ruhen nicht.",
                         "%(count)s Ratenvereinbarungen laufen weiter: Raten ruhen nicht.",
                         self.instalments)
            )  # fmt: skip
        if self.course_days:
            told.append(
                ngettext("Ein Kurstag eines Dauerkurses ist in dieser Zeit geplant. Bitte danach "
                         "absagen, ohne Ausgleich: Den gibt es durch die Pause.",
                         "%(count)s Kurstage von Dauerkursen sind in dieser Zeit geplant. Bitte "
                         "danach absagen, ohne Ausgleich: Den gibt es durch die Pause.",
                         self.course_days)
            )  # fmt: skip
        return told


def plan_closure(first: date, last: date, location: Location | None, on: date) -> Closure:
    """Who would rest; refuses what cannot be. The change and its preview.

    With a `location` those whose course is there: memberships hang on none and go on.
    """
    _refuse(first, last, on)
    of_all = select(Contract.id).where(_runs(first, last), *_at(location))
    billed = of_all.where(Contract.kind != ContractKind.INSTALMENT)
    resting = _resting(billed, first, last)
    ids = [id_ for id_ in db.session.scalars(billed.order_by(Contract.id)) if id_ not in resting]
    return Closure(
        Period(first, last),
        tuple(ids),
        len(resting),
        _count(of_all.where(Contract.kind == ContractKind.INSTALMENT)),
        _count(_course_days(first, last, location)),
    )


@operation
def close_business(
    *,
    first: date,
    last: date,
    location: Location | None = None,
    reason: str,
    notify: bool = False,
    on: date,
    by: Actor,
) -> MassRun:
    """Note the closing time and let all contracts rest meanwhile; `notify` tells the customers."""
    plan, reason = plan_closure(first, last, location, on), given_reason(reason)
    if not plan.ids:
        raise DomainError(
            _("An diesen Tagen ruht schon jeder Vertrag, oder es läuft keiner. Es gibt nichts zu "
              "tun.")
        )  # fmt: skip
    _note_closing(first, last, location, reason, by)
    return start_run(
        plan.ids,
        model=Contract,
        function=rest_while_closed,
        arguments={"first": first, "last": last, "reason": reason, "notify": notify},
        title=_("Geschlossen vom %(days)s", days=plan.days),
        view="contracts",
        on=on,
        by=by,
    )


@in_slices(lambda: (selectinload(Contract.pauses), selectinload(Contract.enrolments)))
@operation
def rest_while_closed(
    contract: Contract, *, first: date, last: date, reason: str, notify: bool, on: date, by: Actor
) -> Contract:
    """Let one contract rest on those of these days on which it does not rest already."""
    spans = open_spans(contract, max(first, contract.starts_on), last)
    if not spans:
        raise DomainError(_("%(contract)s ruht an diesen Tagen schon.", contract=contract))
    for span in spans:
        plan = plan_pause(contract, first=span.first, last=span.last, on=on)
        put_pause(contract, plan, reason=reason, by=by)
    if notify:
        queue_message(
            contract.customer, "contract_closed", subject_of=contract, contract=contract,
            days=Period(first, last), reason=reason,
        )  # fmt: skip
    return contract


def open_spans(contract: Contract, first: date, last: date) -> list[Period]:
    """The days from `first` to `last` without those on which the contract rests already."""
    return _without([(pause.first, pause.last) for pause in contract.pauses], first, last)


# --- parts ------------------------------------------------------------------------------------


def _refuse(first: date, last: date, on: date) -> None:
    if last < first:
        raise DomainError(_("Der letzte Tag liegt vor dem ersten."))
    if last - first >= LONGEST:
        raise DomainError(_("Eine Pause dauert höchstens ein Jahr."))
    if first < on - LATEST:
        raise DomainError(_("Weiter zurück als drei Monate geht es nicht."))


def _without(pauses: Iterable[tuple[date, date]], first: date, last: date) -> list[Period]:
    spans, begin = [], first
    for rests_from, rests_to in pauses:  # in the order of time
        if rests_to < begin or rests_from > last:
            continue
        if rests_from > begin:
            spans.append(Period(begin, rests_from - DAY))
        begin = rests_to + DAY
    return [*spans, Period(begin, last)] if begin <= last else spans


def _resting(contracts: Select[int], first: date, last: date) -> set[int]:
    """Those that rest on all of these days; without loading the contracts, there may be many."""
    query = (
        select(Contract.id, Contract.starts_on, ContractPause.first, ContractPause.last)
        .join(ContractPause, ContractPause.contract_id == Contract.id)
        .where(
            Contract.id.in_(contracts),
            ContractPause.withdrawn_at.is_(None),
            ContractPause.first <= last,
            ContractPause.last >= first,
        )
        .order_by(Contract.id, ContractPause.first)
    )
    found = groupby(db.session.execute(query), key=lambda row: (row[0], row[1]))
    return {
        id_
        for (id_, starts_on), rows in found
        if not _without([(row[2], row[3]) for row in rows], max(first, starts_on), last)
    }


def _runs(first: date, last: date) -> ColumnElement[bool]:
    return (
        Contract.state.in_(RUNNING)
        & (Contract.starts_on <= last)
        & (Contract.terminated_to.is_(None) | (Contract.terminated_to >= first))
    )


def _at(location: Location | None) -> list[ColumnElement[bool]]:
    if location is None:
        return []
    there = select(CourseDate.id).where(CourseDate.location_id == location.id)
    return [Contract.course_date_id.in_(there)]


def _course_days(first: date, last: date, location: Location | None) -> Select[int]:
    query = (
        select(CourseDay.id)
        .join(CourseDate, CourseDate.id == CourseDay.course_date_id)
        .where(
            CourseDate.kind == CourseKind.RUNNING,
            CourseDay.state == CourseDayState.PLANNED,
            CourseDay.on.between(first, last),
        )
    )
    return query if location is None else query.where(CourseDate.location_id == location.id)


def _count(query: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _note_closing(
    first: date, last: date, location: Location | None, reason: str, by: Actor
) -> None:
    """No course day is planned in that time, and the calendar shows it."""
    there = location.id if location else None
    known = select(ClosingTime.id).where(
        ClosingTime.starts_on <= first, ClosingTime.ends_on >= last,
        ClosingTime.location_id.is_(None) | (ClosingTime.location_id == there),
    )  # fmt: skip
    if db.session.scalar(known.limit(1)) is None:
        values = {"title": reason[:200], "starts_on": first, "ends_on": last, "location_id": there}
        save_record(ClosingTime(), values, by=by)
