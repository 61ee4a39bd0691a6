"""Down payments (Anzahlungen): money that was there before the invoice (spec INV-28).

It is neither credit nor voucher: a draft remembers it, and issuing books it as a payment.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.errors import DomainError
from kutego.models import Invoice, Payment, PaymentKind, PaymentMethod
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.payments import add_payment
from kutego.texts import gettext as _


@dataclass(frozen=True)
class DownPayment:
    """How much (Euro), by which way, and when it came."""

    amount: Decimal
    method: PaymentMethod
    paid_on: date

    @property
    def taken(self) -> tuple[str, str, Decimal]:
        """As it is taken off the total."""
        return "down_payment", down_payment_text(self.paid_on), self.amount


def down_payment_text(paid_on: date) -> str:
    """What stands on the document."""
    return _("Anzahlung vom %(day)s", day=f"{paid_on:%d.%m.%Y}")


def refuse_down_payment(given: DownPayment, on: date) -> None:
    """Refuse what is no amount, and money from the future."""
    if not is_amount(given.amount) or not ZERO < given.amount <= MOST:
        raise DomainError(_("Bitte die Anzahlung in Euro und Cent eingeben."))
    if given.paid_on > on:
        raise DomainError(_("Das Datum der Anzahlung liegt in der Zukunft. Bitte prüfen."))


def down_payment_of(draft: Invoice) -> DownPayment | None:
    """What a draft remembers."""
    if draft.down_payment_method is None or draft.down_payment_on is None:
        return None
    return DownPayment(draft.down_payment, draft.down_payment_method, draft.down_payment_on)


def down_payment_to(draft: Invoice, given: DownPayment | None) -> None:
    """Let a draft remember it, or nothing."""
    draft.down_payment = given.amount if given else ZERO
    draft.down_payment_method = given.method if given else None
    draft.down_payment_on = given.paid_on if given else None


def book_down_payment(invoice: Invoice, given: DownPayment, *, by: Actor) -> Payment:
    """Book it on the issued invoice. Joins a transaction."""
    log_activity(
        invoice, "invoice.paid", by=by, amount=given.amount, method=given.method,
        paid_on=given.paid_on,
    )  # fmt: skip
    return add_payment(
        invoice, given.amount, PaymentKind.DOWN_PAYMENT, method=given.method,
        paid_on=given.paid_on, by=by,
    )  # fmt: skip
