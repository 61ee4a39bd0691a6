"""What must hold for the terms of a template, before a contract is made from them."""

from decimal import Decimal
from typing import Any, TypeVar

from kutego.actor import Actor
from kutego.errors import DomainError
from kutego.models import (
    Activation,
    FirstInvoice,
    MembershipTemplate,
    StartRule,
    Terms,
    TermTemplate,
    TrialEnd,
)
from kutego.money import ZERO, is_amount
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _

LONGEST_TERM = 24  # months, § 309 Nr. 9 a BGB
LONGEST_NOTICE = 1  # month, § 309 Nr. 9 b and c BGB
LONGEST_TRIAL = 92  # days
N = TypeVar("N", int, Decimal)


@rule_for(TermTemplate)
def check_term_template(template: TermTemplate, by: Actor) -> None:
    """What must hold for a term of a running course."""
    check_terms(template)


@rule_for(MembershipTemplate)
def check_membership_template(template: MembershipTemplate, by: Actor) -> None:
    """What must hold for a membership, its trial included."""
    check_terms(template)
    _check_trial(template)
    discount = _or(template.holder_discount, ZERO)
    if not is_amount(discount) or not 0 <= discount <= 100:
        raise DomainError(_("Der Rabatt liegt zwischen 0 und 100 Prozent."))


def check_terms(terms: Terms) -> None:
    """Refuse terms that consumers would not be bound by (§ 309 Nr. 9 BGB) and what cannot be."""
    minimum, notice = _or(terms.minimum_months, 0), _or(terms.notice_months, 1)
    if not 0 <= minimum <= LONGEST_TERM:
        raise DomainError(
            _(
                "Die Mindestlaufzeit ist höchstens 24 Monate: Länger dürfen Verbraucher nicht "
                "gebunden werden (§ 309 Nr. 9 BGB)."
            )
        )
    if not 0 <= notice <= LONGEST_NOTICE:
        raise DomainError(
            _(
                "Die Kündigungsfrist ist höchstens 1 Monat. Nach der Mindestlaufzeit geht der "
                "Vertrag auf unbestimmte Zeit weiter und bleibt so kündbar (§ 309 Nr. 9 BGB)."
            )
        )
    if terms.renews is False and not minimum and not _ends_with_trial(terms):
        raise DomainError(
            _("Ohne Verlängerung endet der Vertrag mit der Mindestlaufzeit. Bitte eine eingeben.")
        )
    _check_interval(terms)
    _check_cut_off(terms)
    for amount in (terms.price, _or(terms.registration_fee, ZERO)):
        if not is_amount(amount) or amount < 0:
            raise DomainError(_("Preis und Aufnahmegebühr sind nicht negativ."))


def agreed_terms(terms: Terms) -> dict[str, Any]:
    """What every contract takes over; later changes of the template leave it (CON-25)."""
    return {
        "vat_rate": terms.vat_rate,
        "interval_months": terms.interval_months,
        "interval_weeks": terms.interval_weeks,
        "minimum_months": terms.minimum_months,
        "notice_months": terms.notice_months,
        "renews": terms.renews,
    }


# --- parts ------------------------------------------------------------------------------------


def _check_interval(terms: Terms) -> None:
    if not 1 <= _or(terms.interval_months, 1) <= 24:
        raise DomainError(_("Ein Zeitraum dauert 1 bis 24 Monate."))
    if terms.interval_weeks is None:
        return
    if not 1 <= terms.interval_weeks <= 52:
        raise DomainError(_("Ein Zeitraum dauert 1 bis 52 Wochen."))
    if _or(terms.interval_months, 1) != 1:
        raise DomainError(_("Bitte den Zeitraum in Monaten oder in Wochen angeben, nicht beides."))


def _check_cut_off(terms: Terms) -> None:
    if terms.start_rule is not StartRule.CUT_OFF:
        if terms.cut_off_day is not None or terms.cut_off_month is not None:
            raise DomainError(_("Ein Stichtag gilt nur mit „Am festen Stichtag“. Bitte leeren."))
        terms.first_invoice = FirstInvoice.FROM_CUT_OFF  # without a cut-off day there is no choice
        return
    if terms.interval_weeks is not None:
        raise DomainError(_("Ein fester Stichtag braucht einen Zeitraum in Monaten."))
    if terms.cut_off_day is None or not 1 <= terms.cut_off_day <= 31:
        raise DomainError(_("Bitte den Stichtag eingeben: ein Tag von 1 bis 31."))
    if terms.cut_off_month is not None and not 1 <= terms.cut_off_month <= 12:
        raise DomainError(_("Der Monat des Stichtags liegt zwischen 1 und 12."))
    if terms.cut_off_month is not None and 12 % _or(terms.interval_months, 1):
        raise DomainError(
            _("Mit einem Stichtag im Jahr dauert der Zeitraum 1, 2, 3, 4, 6 oder 12 Monate.")
        )


def _check_trial(template: MembershipTemplate) -> None:
    if template.activation is not Activation.TRIAL:
        if template.trial_days is not None:
            raise DomainError(_("Eine Probezeit gilt nur „Als Probe-Mitgliedschaft“."))
        return
    if template.trial_days is None or not 1 <= template.trial_days <= LONGEST_TRIAL:
        raise DomainError(_("Eine Probe-Mitgliedschaft dauert 1 bis 92 Tage."))
    if template.start_rule is StartRule.CUT_OFF:
        raise DomainError(
            _("Nach einer Probezeit beginnt der Zeitraum am Tag danach, nicht an einem Stichtag.")
        )
    price = _or(template.trial_price, ZERO)
    if not is_amount(price) or price < 0:
        raise DomainError(_("Der Preis der Probezeit ist nicht negativ."))


def _ends_with_trial(terms: Terms) -> bool:
    return (
        isinstance(terms, MembershipTemplate)
        and terms.activation is Activation.TRIAL
        and terms.trial_end is TrialEnd.ENDS
    )


def _or(value: N | None, default: N) -> N:
    """A new record does not have its defaults yet."""
    return default if value is None else value
