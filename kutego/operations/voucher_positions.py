"""Voucher positions: issuing the document makes the codes, cancelling it blocks them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Invoice,
    PriceMode,
    TaxMode,
    Voucher,
    VoucherKind,
    VoucherTax,
    VoucherTemplate,
    company,
)
from kutego.models.position import PositionColumns
from kutego.money import MOST, ZERO, euro, to_cents
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.operations.voucher_making import add_voucher
from kutego.operations.vouchers import refuse_used, withdraw_voucher
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

MOST_CODES = 100  # of one position


def check_voucher(_customer: Customer, line: "PositionInput") -> None:
    """A whole number of codes, each worth something, taxed as its template says."""
    if line.quantity != int(line.quantity) or line.quantity > MOST_CODES:
        raise DomainError(
            _("Gutscheine werden einzeln verkauft: 1 bis %(most)s Stück.", most=MOST_CODES)
        )
    template = _template(line)
    if template is None:
        _refuse_rate(line, ZERO)
        if line.unit_price <= 0:
            raise DomainError(_("Bitte eingeben, was der Gutschein wert ist."))
        return
    _refuse_rate(line, template.vat_rate)
    if not ZERO < _worth(line, template) <= MOST:
        raise DomainError(_("Bitte eingeben, was der Gutschein wert ist."))


def take_voucher(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Make the codes that the line sells; the buyer gets them by mail once they are valid."""
    template = _template(line)
    is_single = template is not None and template.tax is VoucherTax.SINGLE
    waits = isinstance(sale, Invoice) and company().vouchers_wait
    for place in range(1, int(line.quantity) + 1):
        add_voucher(
            VoucherKind.PURCHASE,
            name=template.name if template else line.text,
            value=_worth(line, template),
            template_id=template.id if template else None,
            limits=template.limits if template else None,
            payment_methods=template.rest_methods if template else None,
            text=template.text if template else None,
            valid_to=template.last_day(on) if template else None,
            vat_rate=line.vat_rate if is_single and _is_taxed() else None,
            customer=sale.customer,
            place=place,
            waits=waits,
            to_mail=bool(getattr(sale, "send_mail", True)),
            **sold_by(sale, line),
            on=on,
            by=by,
        )


def sold_vouchers(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The codes of these lines that still hold. Refuses where one was used already."""
    query = select(Voucher).where(of_sale(Voucher, sale, lines), Voucher.blocked_at.is_(None))
    found = list(db.session.scalars(query.order_by(Voucher.id)))
    for voucher in found:
        refuse_used(voucher)
    return [
        Given(
            voucher,
            _("Der Gutschein %(code)s über %(value)s wird gesperrt.", code=voucher.short,
              value=euro(voucher.value)),
            withdraw_voucher,
        )
        for voucher in found
    ]  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _template(line: "PositionInput | PositionColumns") -> VoucherTemplate | None:
    if line.voucher_template_id is None:
        return None
    template = db.session.get(VoucherTemplate, line.voucher_template_id)
    if template is None:
        raise DomainError(_("Diesen Gutschein gibt es nicht mehr."))
    return template


def _refuse_rate(line: "PositionInput", rate: Decimal) -> None:
    """Nobody chooses the rate of a voucher: it follows from what it is good for."""
    if company().tax_mode is not TaxMode.REGULAR or line.vat_rate == rate:
        return
    if rate == 0:
        raise DomainError(
            _("Ein Mehrzweckgutschein wird ohne Umsatzsteuer verkauft: Bitte 0 % wählen. "
              "Die Steuer fällt beim Einlösen an.")
        )  # fmt: skip
    raise DomainError(_("Dieser Einzweckgutschein wird mit %(rate)s %% verkauft.", rate=int(rate)))


def _worth(line: "PositionInput | PositionColumns", template: VoucherTemplate | None) -> Decimal:
    """What one code is worth: what the template says, or what is paid for it, with its tax."""
    if template is not None and not template.is_free_value:
        return template.value
    net_of = line.vat_rate if _is_taxed() and company().prices is PriceMode.NET else ZERO
    return to_cents(line.unit_price * (100 + net_of) / 100)


def _is_taxed() -> bool:
    return company().tax_mode is TaxMode.REGULAR


def _roots(_line: PositionColumns) -> Sequence[Voucher]:
    return ()  # the codes are new


VOUCHER = Effect(
    check=check_voucher, roots=_roots, take=take_voucher, given=sold_vouchers, counts=True
)
