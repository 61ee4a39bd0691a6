"""Vouchers: given away, blocked, changed, sent. How they are redeemed: `redemptions`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import (
    CourseCategory,
    CourseDate,
    Customer,
    CustomerState,
    Message,
    PaymentMethod,
    PositionKind,
    Product,
    Voucher,
    VoucherKind,
)
from kutego.money import MOST, ZERO, euro, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.documents import renditions_of
from kutego.operations.messages import queue_message
from kutego.operations.reasons import given_reason
from kutego.operations.voucher_limits import limits_of
from kutego.operations.voucher_making import add_sheet, add_voucher
from kutego.texts import gettext as _

MOST_AT_ONCE = 1000


@operation
def issue_value_vouchers(
    customer: Customer | None = None,
    *,
    name: str,
    value: Decimal,
    count: int = 1,
    valid_from: date | None = None,
    valid_to: date | None = None,
    text: str | None = None,
    remark: str | None = None,
    categories: Sequence[CourseCategory] = (),
    courses: Sequence[CourseDate] = (),
    products: Sequence[Product] = (),
    kinds: Sequence[PositionKind] = (),
    payment_methods: Sequence[PaymentMethod] = (),
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> Voucher:
    """Give vouchers away: `count` codes worth `value` (Euro) each. Returns the first.

    With `customer` they are theirs, and `send_mail` mails them the codes.
    """
    check_value(value)
    if not 1 <= count <= MOST_AT_ONCE:
        raise DomainError(_("Es gehen 1 bis %(most)s Gutscheine auf einmal.", most=MOST_AT_ONCE))
    check_days(valid_from, valid_to, on)
    _refuse_erased(customer)
    limits = limits_of(categories, courses, products, kinds)
    made = [
        add_voucher(
            VoucherKind.VALUE, name=checked_name(name), value=value, customer=customer, text=text,
            valid_from=valid_from, valid_to=valid_to, remark=remark or None, limits=limits,
            payment_methods=[method.value for method in payment_methods] or None,
            on=on, by=by,
        )
        for _number in range(count)
    ]  # fmt: skip
    if send_mail:
        mail_vouchers(customer, made)
    return made[0]


@operation
def block_voucher(voucher: Voucher, *, reason: str, on: date, by: Actor) -> None:
    """Let a code not be redeemed any more; what is left on it stays there."""
    reason = given_reason(reason)
    if voucher.blocked_at is not None:
        raise DomainError(_("Der Gutschein %(code)s ist schon gesperrt.", code=voucher))
    voucher.blocked_at = clock.now()
    log_activity(voucher, "voucher.blocked", by=by, code=voucher.short, personal={"reason": reason})


@operation
def unblock_voucher(voucher: Voucher, *, on: date, by: Actor) -> None:
    """Let a code be redeemed again; not one whose sale was cancelled."""
    if voucher.blocked_at is None:
        raise DomainError(_("Der Gutschein %(code)s ist nicht gesperrt.", code=voucher))
    if voucher.is_withdrawn:
        raise DomainError(
            _("Der Verkauf des Gutscheins %(code)s ist storniert. Er bleibt gesperrt.",
              code=voucher)
        )  # fmt: skip
    voucher.blocked_at = None
    log_activity(voucher, "voucher.unblocked", by=by, code=voucher.short)


@operation
def change_validity(
    voucher: Voucher,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    on: date,
    by: Actor,
) -> None:
    """Give a code other days; a new sheet says so, and counts from now on."""
    check_days(valid_from, valid_to, on)
    old = voucher.valid_to
    voucher.valid_from, voucher.valid_to = valid_from, valid_to
    if voucher.sheets:
        add_sheet(voucher, voucher.sheets[-1].snapshot["intro"], on)
    log_activity(
        voucher, "voucher.validity_changed", by=by, code=voucher.short, old=old, new=valid_to
    )


@operation
def send_voucher(voucher: Voucher, *, recipient: str | None = None, on: date, by: Actor) -> Message:
    """Mail the voucher with its PDF to its customer, or to another address (spec VOU-05)."""
    if voucher.customer is None:
        raise DomainError(_("Der Gutschein %(code)s gehört keinem Kunden.", code=voucher))
    if voucher.kind is VoucherKind.DISCOUNT:
        raise DomainError(_("Zu einem Rabattcode gibt es kein PDF, das sich senden lässt."))
    voucher.to_mail = False
    message = mail_vouchers(voucher.customer, [voucher], recipient=recipient)
    log_activity(
        voucher, "voucher.sent", by=by, code=voucher.short,
        personal={"recipient": message.recipient},
    )  # fmt: skip
    return message


# --- parts ------------------------------------------------------------------------------------


def mail_vouchers(
    customer: Customer | None, vouchers: Sequence[Voucher], recipient: str | None = None
) -> Message:
    """Queue one mail with the codes and their PDFs. Joins a transaction."""
    if customer is None:
        raise DomainError(_("Ohne Kunden gibt es niemanden, dem die Codes gesendet werden."))
    if not (recipient or customer.email):
        raise DomainError(_("Für den Versand fehlt eine E-Mail-Adresse. Bitte ergänzen."))
    files = [file for voucher in vouchers for file in renditions_of(voucher.sheets[-1])]
    return queue_message(
        customer, "voucher", subject_of=vouchers[0], attachments=files, recipient=recipient,
        vouchers=vouchers,
    )  # fmt: skip


def withdraw_voucher(voucher: Voucher, *, on: date, by: Actor) -> None:
    """Block a code whose sale is cancelled, for good. Joins a transaction that has locked it."""
    refuse_used(voucher)
    voucher.blocked_at, voucher.is_withdrawn, voucher.to_mail = clock.now(), True, False
    log_activity(voucher, "voucher.withdrawn", by=by, code=voucher.short)


def refuse_used(voucher: Voucher) -> None:
    """Refuse to take a code back of which something was used: that would be given away."""
    if voucher.rest != voucher.value:
        raise DomainError(
            _("Vom Gutschein %(code)s sind schon %(used)s eingelöst. Der Verkauf lässt sich erst "
              "stornieren, wenn die Einlösung storniert ist.",
              code=voucher.short, used=euro(voucher.value - voucher.rest))
        )  # fmt: skip


def check_value(value: Decimal) -> None:
    """Refuse what is no amount."""
    if not is_amount(value) or not ZERO < value <= MOST:
        raise DomainError(_("Bitte den Wert zwischen 0,01 € und 9.999.999,99 € eingeben."))


def check_days(first: date | None, last: date | None, on: date) -> None:
    """Refuse days that no code could ever be used on."""
    if last is not None and last < (first or on):
        raise DomainError(_("Der letzte Tag liegt vor dem ersten, oder er ist schon vorbei."))


def _refuse_erased(customer: Customer | None) -> None:
    if customer is not None and customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert. Hier wird nichts mehr eingetragen."))


def checked_name(name: str) -> str:
    """The name without blanks around it."""
    name = (name or "").strip()
    if not name or len(name) > 200:
        raise DomainError(_("Bitte eine Bezeichnung mit höchstens 200 Zeichen eingeben."))
    return name
