"""What a position binds a customer to beyond its price (§ 312j Abs. 2 BGB)."""

from collections.abc import Sequence

from kutego.models import (
    Activation,
    FirstInvoice,
    MembershipTemplate,
    StartRule,
    Terms,
    TrialEnd,
)
from kutego.models.position import PositionColumns
from kutego.money import euro
from kutego.operations.first_periods import sold_terms
from kutego.texts import gettext as _
from kutego.texts import ngettext


def contract_terms(positions: Sequence[PositionColumns]) -> list[str | None]:
    """What each position binds the customer to; None for a single sale.

    It does not change with the day: whoever accepts reads what was offered.
    """
    sold = [(position, sold_terms(position)) for position in positions]
    return [_told(position, terms) if terms else None for position, terms in sold]


def is_contract(position: PositionColumns) -> bool:
    """Whether the position sells the term of a running course, or a membership."""
    return sold_terms(position) is not None


def _told(position: PositionColumns, terms: Terms) -> str:
    parts = [_interval(terms), *_trial(terms)]
    if position.starts_on:
        parts.append(_("Beginn am %(day)s", day=f"{position.starts_on:%d.%m.%Y}"))
    return "; ".join([*parts, *_cut_off(terms), *_binding(terms)])


def _interval(terms: Terms) -> str:
    if terms.interval_weeks is not None:
        return ngettext(
            "Vertrag, jede Woche im Voraus zu zahlen",
            "Vertrag, alle %(count)s Wochen im Voraus zu zahlen",
            terms.interval_weeks,
        )
    return ngettext(
        "Vertrag, jeden Monat im Voraus zu zahlen",
        "Vertrag, alle %(count)s Monate im Voraus zu zahlen",
        terms.interval_months,
    )


def _trial(terms: Terms) -> list[str]:
    if not isinstance(terms, MembershipTemplate) or terms.activation is not Activation.TRIAL:
        return []
    price = euro(terms.trial_price)
    told = _("Probezeit %(days)s Tage für %(price)s", days=terms.trial_days, price=price)
    if terms.trial_end is TrialEnd.ENDS:
        return [told, _("endet mit der Probezeit von selbst")]
    return [told, _("danach läuft der Vertrag zu diesem Preis weiter")]


def _cut_off(terms: Terms) -> list[str]:
    if terms.start_rule is not StartRule.CUT_OFF:
        return []
    if terms.cut_off_month is None:
        day = _("abgerechnet zum %(day)s. des Monats", day=terms.cut_off_day)
    else:
        day = _("abgerechnet zum %(day)s.%(month)s.", day=terms.cut_off_day,
                month=terms.cut_off_month)  # fmt: skip
    first = {
        FirstInvoice.FROM_CUT_OFF: _("zum ersten Mal am nächsten Stichtag"),
        FirstInvoice.PRO_RATA: _("bis zum nächsten Stichtag anteilig nach Tagen"),
        FirstInvoice.RETROACTIVE: _("zum ersten Mal rückwirkend ab dem letzten Stichtag"),
    }
    return [day, first[terms.first_invoice]]


def _binding(terms: Terms) -> list[str]:
    """How long it binds, and how it ends."""
    parts = []
    if terms.minimum_months:
        parts.append(
            ngettext(
                "Mindestlaufzeit 1 Monat",
                "Mindestlaufzeit %(count)s Monate",
                terms.minimum_months,
            )
        )
    if not terms.renews:
        return [*parts, _("endet danach von selbst")] if terms.minimum_months else parts
    if not terms.notice_months:
        return [*parts, _("jederzeit kündbar")]
    return [
        *parts,
        ngettext(
            "kündbar mit einer Frist von 1 Monat",
            "kündbar mit einer Frist von %(count)s Monaten",
            terms.notice_months,
        ),
    ]
