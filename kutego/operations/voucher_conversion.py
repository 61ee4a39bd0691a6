"""Codes turned into credit: what they were worth is the customer's from then on (spec VOU-08)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import DomainError
from kutego.models import (
    CreditEntry,
    Customer,
    CustomerState,
    EntryKind,
    RedemptionKind,
    Voucher,
    VoucherKind,
    VoucherRedemption,
)
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import book_entry
from kutego.operations.voucher_codes import find_vouchers, refuse_unusable
from kutego.operations.voucher_uses import book_use
from kutego.texts import gettext as _


@operation
def convert_vouchers(
    customer: Customer, *, codes: Sequence[str], on: date, by: Actor
) -> list[CreditEntry]:
    """Turn what is left on these codes into credit; several add up. All of them, or none.

    `codes` are as `split_codes` gives them. No receipt: a sold voucher was invoiced, and one
    that was given away is no money that came in (spec CRD-05, 06).
    """
    lock(db.session(), find_vouchers(codes))
    vouchers = convertible(customer, codes, on)
    return [_convert(customer, voucher, on=on, by=by) for voucher in vouchers]


def convertible(customer: Customer, codes: Sequence[str], on: date) -> list[Voucher]:
    """The vouchers that `convert_vouchers` would turn into credit, or its refusal."""
    if customer.state is not CustomerState.ACTIVE:
        raise DomainError(_("%(name)s kann gerade kein Guthaben bekommen.", name=customer.name))
    if not codes:
        raise DomainError(_("Bitte mindestens einen Code eingeben."))
    vouchers = find_vouchers(codes)
    for voucher in vouchers:
        refuse_unusable(voucher, on)
        _refuse_conversion(voucher)
    return vouchers


# --- parts ------------------------------------------------------------------------------------


def _refuse_conversion(voucher: Voucher) -> None:
    if voucher.kind is VoucherKind.DISCOUNT:
        raise DomainError(
            _("%(code)s ist ein Rabattcode. Er senkt Preise und wird kein Guthaben.", code=voucher)
        )
    if voucher.limits:
        raise DomainError(
            _("Der Gutschein %(code)s gilt nur für bestimmte Angebote und wird deshalb kein "
              "Guthaben.", code=voucher)
        )  # fmt: skip
    if not voucher.is_money:
        raise DomainError(
            _("Der Gutschein %(code)s ist beim Verkauf schon versteuert und wird deshalb kein "
              "Guthaben.", code=voucher)
        )  # fmt: skip


def _convert(customer: Customer, voucher: Voucher, *, on: date, by: Actor) -> CreditEntry:
    amount = voucher.rest
    entry = book_entry(
        customer, amount, EntryKind.VOUCHER,
        text=_("Gutschein %(code)s umgewandelt", code=voucher.short), booked_on=on, by=by,
    )  # fmt: skip
    book_use(
        voucher, amount, RedemptionKind.CONVERTED, uses=1, customer_id=customer.id,
        credit_entry_id=entry.id, on=on, by=by,
    )  # fmt: skip
    log_activity(entry, "credit.voucher_converted", by=by, code=voucher.short, amount=amount)
    return entry


def converted_from(entry: CreditEntry) -> Voucher | None:
    """The voucher that an entry of credit was, if it was one."""
    query = select(VoucherRedemption).where(VoucherRedemption.credit_entry_id == entry.id)
    row = db.session.scalar(query)
    return row.voucher if row is not None else None


def return_converted(voucher: Voucher, opposite: CreditEntry, *, on: date, by: Actor) -> None:
    """Let credit that was taken back by `opposite` be a code again. Joins a transaction."""
    book_use(
        voucher, opposite.amount, RedemptionKind.RETURNED, uses=-1,
        customer_id=opposite.customer_id, credit_entry_id=opposite.id, on=on, by=by,
    )  # fmt: skip
