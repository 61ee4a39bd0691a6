"""What the lines of a form come to, worked out by the rules that will price the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kutego.errors import DomainError
from kutego.models import Customer, DraftPosition, Invoice, PriceMode, TaxMode, Voucher, company
from kutego.models.position import PositionColumns
from kutego.money import ZERO, percent
from kutego.operations.draft_vouchers import try_codes
from kutego.operations.first_periods import as_billed, told_first
from kutego.operations.positions import PositionInput, make_positions
from kutego.operations.pricing import Line, Priced, price
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.redemptions import lowered_again
from kutego.operations.voucher_codes import find_vouchers
from kutego.texts import gettext as _


@dataclass(frozen=True)
class Preview:
    """The totals step by step, in the order in which they are taken off (spec D-16)."""

    steps: tuple[tuple[str, Decimal], ...]
    total: Decimal
    vouchers: tuple[tuple[str, Decimal], ...]  # that pay
    credit: Decimal  # set off
    down_payment: Decimal  # paid before
    amounts: tuple[Decimal, ...]  # of each line, in the base of its price
    first: tuple[str, ...]  # how the contracts begin that the lines sell
    codes: tuple[Voucher, ...]  # that take something off

    @property
    def covered(self) -> Decimal:
        """What the customer has already pays of it."""
        return self.credit + self.redeemed

    @property
    def redeemed(self) -> Decimal:
        """What vouchers pay of it."""
        return sum((amount for _name, amount in self.vouchers), ZERO)

    @property
    def due(self) -> Decimal:
        """What remains to be paid; never negative."""
        return max(self.total - self.covered - self.down_payment, ZERO)


def preview(
    customer: Customer,
    inputs: Sequence[PositionInput],
    *,
    codes: Sequence[str] = (),
    invoice: Invoice | None = None,
    credit: Decimal = ZERO,
    down_payment: Decimal = ZERO,
    is_strict: bool = True,
    is_offer: bool = False,
    on: date,
) -> Preview:
    """Price the lines without writing anything, with the `codes` or those of an issued `invoice`.

    Refuses what the operation would refuse, or with `is_strict` off takes the lines as they are,
    while somebody is still choosing.
    """
    house = company()
    lines: list[PositionColumns]
    if is_strict:
        lines = [*make_positions(DraftPosition, customer, inputs)]
    else:
        lines = [DraftPosition(**vars(line)) for line in inputs]
    for place, line in enumerate(lines):
        line.key = line.key or f"p{place}"
    first = told_first(lines, is_offer, on)
    lines = as_billed(lines, None if is_offer else on)
    try:
        found = lowered_again(invoice, lines) if invoice else []
        priced, tried = try_codes(find_vouchers(codes), lines, customer, on)
        found += tried
    except DomainError:
        if is_strict:
            raise
        priced, found = price(lines, house), []
    gross_prices = house.prices is PriceMode.GROSS
    amounts = [line.gross if gross_prices else line.net for line in priced.lines]
    before = sum(amounts, ZERO) + sum(
        (line.discount + (line.position.code_discount or ZERO) for line in priced.lines), ZERO
    )
    steps = [(_("Summe der Positionen"), before), *_discounts(customer, priced.lines)]
    steps += [(voucher_text(r.voucher), -r.amount) for r in found if r.shares is not None]
    if house.tax_mode is TaxMode.REGULAR:
        steps += _taxes(priced, gross_prices)
    paying = tuple((voucher_text(r.voucher), r.amount) for r in found if r.shares is None)
    used = min(credit, priced.gross - sum((amount for _name, amount in paying), ZERO))
    return Preview(tuple(steps), priced.gross, paying, used, down_payment, tuple(amounts), first,
                   tuple(redemption.voucher for redemption in found))  # fmt: skip


def _discounts(customer: Customer, lines: Sequence[Line]) -> list[tuple[str, Decimal]]:
    """Those of single positions first, then the customer's permanent one."""
    permanent = customer.permanent_discount
    given = [line for line in lines if line.discount]
    own = [line.discount for line in given if line.position.discount_percent != permanent]
    always = [line.discount for line in given if line.position.discount_percent == permanent]
    steps = []
    if own:
        steps.append((_("Positionsrabatte"), -sum(own, ZERO)))
    if always:
        name = _("Dauerhafter Kundenrabatt %(percent)s %%", percent=percent(permanent))
        steps.append((name, -sum(always, ZERO)))
    return steps


def _taxes(priced: Priced, gross_prices: bool) -> list[tuple[str, Decimal]]:
    word = _("enthaltene USt") if gross_prices else _("zuzüglich USt")
    return [(f"{word} {percent(tax.rate)}\u00a0%", tax.tax) for tax in priced.taxes if tax.rate]
