"""How a contract begins: which days the first invoice bills, at what price, from when it counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kutego.models import Activation, FirstInvoice, MembershipTemplate, StartRule, Terms, TrialEnd
from kutego.models.contract import ContractState
from kutego.money import to_cents
from kutego.periods import DAY, Period, add_months, period_from, weeks_from
from kutego.texts import gettext as _


@dataclass(frozen=True)
class Start:
    """The first period of a contract booked on `booked`, its price, and what follows.

    `first_until` is set where the first period has a length of its own, `active_from` is None
    where a membership waits for its first payment.
    """

    booked: date
    first: Period
    price: Decimal
    billing_day: int
    first_until: date | None = None
    trial_until: date | None = None
    active_from: date | None = None
    terminated_to: date | None = None
    note: str = ""
    starts_on: date | None = None  # where it is not the first day that is billed

    @property
    def place_from(self) -> date:
        """From when the participant comes: never before the booking."""
        return self.starts_on or max(self.booked, self.first.first)

    def columns(self, *, billed: bool) -> dict[str, Any]:
        """The columns of the contract; `billed`: the first period stands on an invoice already."""
        next_on = self.first.last + DAY if billed else self.first.first
        waits = self.active_from is None
        return {
            "starts_on": self.starts_on or self.first.first,
            "ends_on": next_on - DAY,
            "next_invoice_on": next_on,
            "billing_day": self.billing_day,
            "first_until": self.first_until,
            "first_price": self.price if self.first_until else None,
            "trial_until": self.trial_until,
            "active_from": self.active_from,
            "terminated_to": self.terminated_to,
            "state": ContractState.PENDING if waits else ContractState.ACTIVE,
        }


def plan_start(terms: Terms, price: Decimal, booked: date) -> Start:
    """How a contract at `price` an interval begins that is booked for the day `booked`.

    On the cut-off day itself, and without one, it is a whole interval (spec CON-31, 32).
    """
    if isinstance(terms, MembershipTemplate) and terms.activation is Activation.TRIAL:
        return _trial(terms, booked)
    day = terms.cut_off_day or booked.day
    is_cut = terms.start_rule is StartRule.CUT_OFF and next_cut_off(terms, booked) != booked
    if not is_cut:
        if terms.start_rule is StartRule.CUT_OFF:
            first = period_from(booked, terms.interval_months, day)
        else:
            first = _interval(terms, booked)
        return _begin(terms, booked, first, price, day)
    following = next_cut_off(terms, booked)
    if terms.first_invoice is FirstInvoice.PRO_RATA:
        return _pro_rata(terms, price, booked, following, day)
    begin = following
    if terms.first_invoice is FirstInvoice.RETROACTIVE:
        begin = _last_cut_off(terms, following, day)
    return _begin(terms, booked, period_from(begin, terms.interval_months, day), price, day)


def start_by_hand(terms: Terms, price: Decimal, booked: date, first_on: date, anchor: int) -> Start:
    """Billing begins on `first_on`, on the anchor; the days before it are free."""
    first = _interval(terms, first_on)
    if terms.interval_weeks is None:
        first = period_from(first_on, terms.interval_months, anchor)
    return Start(
        booked, first, price, anchor, active_from=booked, terminated_to=_fixed_end(terms, booked),
        starts_on=booked,
    )  # fmt: skip


def next_cut_off(terms: Terms, day: date) -> date:
    """The first cut-off day on or after `day`."""
    anchor = terms.cut_off_day or 1
    found = (add_months(day.replace(day=1), n, anchor) for n in range(_step(terms) + 25))
    return next(d for d in found if d >= day and _is_cut_off_month(terms, d.month))


def _last_cut_off(terms: Terms, following: date, anchor: int) -> date:
    return add_months(following, -_step(terms), anchor)


def _step(terms: Terms) -> int:
    """How many months lie between two cut-off days."""
    return 1 if terms.cut_off_month is None else terms.interval_months


def _is_cut_off_month(terms: Terms, month: int) -> bool:
    if terms.cut_off_month is None:
        return True
    return (month - terms.cut_off_month) % terms.interval_months == 0


def _interval(terms: Terms, first: date) -> Period:
    if terms.interval_weeks is not None:
        return weeks_from(first, terms.interval_weeks)
    return period_from(first, terms.interval_months, first.day)


def _begin(terms: Terms, booked: date, first: Period, price: Decimal, day: int) -> Start:
    return Start(
        booked, first, price, day, active_from=_active_from(terms, booked, first),
        terminated_to=_fixed_end(terms, first.first),
    )  # fmt: skip


def _pro_rata(terms: Terms, price: Decimal, booked: date, following: date, day: int) -> Start:
    """By days of the interval that ends with the cut-off day."""
    first = Period(booked, following - DAY)
    whole = (following - add_months(following, -terms.interval_months, day)).days
    days = (following - booked).days
    return Start(
        booked, first, to_cents(price * days / whole), day, first_until=first.last,
        active_from=_active_from(terms, booked, first),
        terminated_to=_fixed_end(terms, booked),
        note=_("anteilig %(days)s von %(whole)s Tagen", days=days, whole=whole),
    )  # fmt: skip


def _trial(terms: MembershipTemplate, booked: date) -> Start:
    last = booked + timedelta(days=(terms.trial_days or 1) - 1)
    ends = terms.trial_end is TrialEnd.ENDS
    return Start(
        booked, Period(booked, last), terms.trial_price, (last + DAY).day, first_until=last,
        trial_until=last, active_from=booked,
        terminated_to=last if ends else _fixed_end(terms, last + DAY),
        note=_("Probezeit bis %(day)s", day=f"{last:%d.%m.%Y}"),
    )  # fmt: skip


def _active_from(terms: Terms, booked: date, first: Period) -> date | None:
    """When it counts from (spec CON-33); a course term counts from its first period."""
    rule = terms.activation if isinstance(terms, MembershipTemplate) else Activation.WITH_PERIOD
    if rule is Activation.ON_PAYMENT:
        return None
    return booked if rule is Activation.AT_ONCE else max(booked, first.first)


def _fixed_end(terms: Terms, first: date) -> date | None:
    """A contract that does not renew ends with its minimum term."""
    return None if terms.renews else add_months(first, terms.minimum_months) - DAY
