"""A contract drawn over time: periods with their invoices, pauses, changes; calm, and a table."""

from datetime import date

from sqlalchemy import select

from kutego.db import db
from kutego.models import Activity, Contract, ContractPause, ContractPrice
from kutego.money import euro
from kutego.operations.terminations import minimum_end
from kutego.periods import Period
from kutego.texts import gettext as _
from kutego.views.office.contract_scale import Bar, Scale, Timeline
from kutego.views.panel import Badge, today

SHOWN = 26  # periods
MARKS = {
    "contract.shifted": "shift", "contract.shifted_by_days": "shift", "contract.moved": "move",
    "contract.dates_changed": "dates",
}  # fmt: skip


def timeline_of(contract: Contract) -> Timeline:
    """The newest periods of a contract, what comes next, and what was agreed meanwhile."""
    on = today()
    periods = contract.periods[-SHOWN:]
    next_period = contract.next_period
    first = min([contract.starts_on, *(p.first for p in periods[:1])])
    if len(contract.periods) > SHOWN:
        first = periods[0].first
    pauses = [pause for pause in contract.pauses if pause.last >= first]
    last = max([next_period.last, contract.ends_on, on, *(p.last for p in pauses)])
    scale = Scale(first, last)
    bars = [_period(scale, p, on) for p in periods]
    if contract.state.value in ("active", "terminated") and not contract.is_last_period:
        bars.append(scale.bar("period", next_period, "light", _("kommt")))
    bars += [_pause(scale, pause) for pause in pauses]
    if contract.minimum_months:
        span = Period(max(contract.starts_on, first), minimum_end(contract))
        if span.last >= first:
            bars.append(scale.bar("term", span, "info", _("Mindestlaufzeit")))
    marks = [_price(scale, change) for change in contract.prices if change.valid_from >= first]
    marks += [
        scale.mark(_day(line), "secondary", _(MARK_WORDS[MARKS[line.action]]))
        for line in _changes(contract)
        if _day(line) >= first
    ]
    if contract.terminated_to is not None:
        marks.append(scale.mark(contract.terminated_to, "danger", _("Endet")))
    marks.append(scale.mark(on, "primary", _("Heute")))
    older = len(contract.periods) - len(periods)
    return Timeline(bars, marks, scale.months(), _legend([*bars, *marks], periods, on), older)


MARK_WORDS = {"shift": "Verschoben", "move": "Kurs gewechselt", "dates": "Daten geändert"}


def _legend(bars: list[Bar], periods, on: date) -> list[tuple[str, str]]:
    """Colours say nothing by themselves."""
    states = {Badge.of(p.invoice.payment_status(on)) for p in periods if p.invoice is not None}
    words = {(badge.tone, badge.label) for badge in states}
    words |= {(bar.tone, bar.label) for bar in bars if bar.url_of is None}
    return sorted(words, key=lambda word: word[1])


def _period(scale: Scale, period, on: date) -> Bar:
    span, invoice = Period(period.first, period.last), period.invoice
    if invoice is None:
        return scale.bar("period", span, "secondary", _("ohne Rechnung"))
    badge = Badge.of(invoice.payment_status(on))
    label = f"{invoice.number}, {euro(invoice.total)}, {badge.label}"
    return scale.bar("period", span, badge.tone, label, invoice)


def _pause(scale: Scale, pause: ContractPause) -> Bar:
    label = _("Pause, Platz gehalten") if pause.keeps_place else _("Pause, Platz frei")
    return scale.bar("pause", Period(pause.first, pause.last), "warning", label)


def _price(scale: Scale, change: ContractPrice) -> Bar:
    label = _("Preis %(old)s → %(new)s", old=euro(change.old_price), new=euro(change.price))
    return scale.mark(change.valid_from, "info", label)


def _changes(contract: Contract) -> list[Activity]:
    query = select(Activity).where(
        Activity.customer_id == contract.customer_id,
        Activity.subject_type == "contract",
        Activity.subject_id == contract.id,
        Activity.action.in_(MARKS),
    )
    return list(db.session.scalars(query.order_by(Activity.id.desc()).limit(20)))


def _day(line: Activity) -> date:
    return line.at.date()
