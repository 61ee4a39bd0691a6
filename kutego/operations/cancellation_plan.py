"""What a cancellation would do: the preview a person sees, and what the change itself follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    CancellationPosition,
    ContractState,
    Invoice,
    InvoicePosition,
    InvoiceState,
    Settlement,
    Voucher,
    VoucherKind,
)
from kutego.money import ZERO, is_amount, to_cents, vat_in
from kutego.operations.effect import Given
from kutego.operations.effects import given_by
from kutego.operations.payments import paid_by_credit
from kutego.operations.pricing import tax_category
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.redemptions import paid_by_vouchers, shares_on
from kutego.texts import gettext as _

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class Fee:
    """A part of the fee that is kept, at one rate; `reason` says why there is no tax."""

    category: str
    rate: Decimal
    reason: str | None
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class CancellationPlan:
    """Amounts in Euro: `cancelled` is the gross of the positions, `fee` what is kept of it.

    `to_vouchers` was paid by codes and goes back to them (spec VOU-11), `returned` came from credit
    and becomes credit again (CRD-23), `money` follows the settlement; in this order. All three are
    what was paid beyond the claim that is left. `unlowered` is what codes took off the prices of
    these positions: it was never paid, but goes back to the codes too.
    """

    invoice: Invoice
    positions: tuple[InvoicePosition, ...]
    fees: tuple[Fee, ...]
    cancelled: Decimal
    fee: Decimal
    returned: Decimal
    money: Decimal
    settlement: Settlement
    given: tuple[Given, ...]
    to_vouchers: tuple[tuple[Voucher, Decimal], ...] = ()
    unlowered: tuple[tuple[Voucher, Decimal], ...] = ()

    @property
    def total(self) -> Decimal:
        """What the document takes back."""
        return self.cancelled - self.fee

    @property
    def settled(self) -> Decimal:
        """What had been paid and goes back."""
        return self.returned + self.money + self.redeemed

    @property
    def redeemed(self) -> Decimal:
        """What codes had paid and get back."""
        return sum((amount for _voucher, amount in self.to_vouchers), ZERO)

    @property
    def portions(self) -> dict[str, Decimal]:
        """Which part of what is left of each position (by key) is cancelled."""
        return {position.key: Decimal(1) for position in self.positions}

    @property
    def refunded(self) -> Decimal:
        """What goes back by transfer."""
        return self.money if self.settlement is Settlement.REFUND else ZERO

    @property
    def credited(self) -> Decimal:
        """What becomes credit."""
        return self.returned + self.money - self.refunded

    @property
    def open_amount(self) -> Decimal:
        """What stays open: the claim shrinks first, money goes back only beyond it."""
        return self.invoice.open_amount - self.total + self.settled

    def lines(self) -> list[str | tuple[str, Decimal]]:
        """For the screen: positions, fee, total, where money goes, what is taken back."""
        amounts = [(position.text, position.gross) for position in self.positions]
        if self.fee:
            amounts.append((_("Einbehaltene Gebühr"), ZERO - self.fee))
        amounts += [
            (_("Stornorechnung über"), self.total),
            (_("Danach offen"), self.open_amount),
        ]
        amounts += [
            (_("Zurück auf %(code)s", code=voucher_text(voucher)), amount)
            for voucher, amount in (*self.to_vouchers, *self.unlowered)
        ]
        if self.credited:
            amounts.append((_("Wird Guthaben"), self.credited))
        if self.refunded:
            amounts.append((_("Wird erstattet"), self.refunded))
        going = [thing.sentence for thing in self.given]
        return [*amounts, *going, *self._contracts_going_on()]

    def _contracts_going_on(self) -> list[str]:
        contracts = {p.contract for p in self.positions if p.contract is not None}
        return [
            _("Vertrag %(number)s läuft weiter und wird weiter abgerechnet.", number=contract)
            for contract in sorted(contracts, key=lambda c: c.id)
            if contract.state in RUNNING
        ]


def cancellable_positions(invoice: Invoice) -> list[InvoicePosition]:
    """The positions of the newest version that nobody has cancelled yet."""
    if invoice.current is None:
        return []
    gone = cancelled_keys(invoice)
    return [position for position in invoice.current.positions if position.key not in gone]


def plan_cancellation(
    invoice: Invoice,
    *,
    positions: Sequence[str] | None = None,
    fee: Decimal = ZERO,
    fee_taxed: bool = False,
    settlement: Settlement = Settlement.CREDIT,
    remove_participants: bool = True,
) -> CancellationPlan:
    """Plan to cancel the positions with these keys, or all that are left (None).

    Raises `DomainError` where it cannot be done (spec INV-44 to 57, D-05).
    """
    chosen = _chosen(invoice, positions)
    cancelled = sum((position.gross for position in chosen), ZERO)
    _check_amounts(invoice, cancelled, fee)
    to_vouchers, returned, money = _money_back(invoice, cancelled - fee)
    return CancellationPlan(
        invoice=invoice,
        positions=tuple(chosen),
        fees=tuple(_fees(chosen, fee, fee_taxed, invoice)),
        cancelled=cancelled,
        fee=fee,
        returned=returned,
        money=money,
        settlement=settlement,
        given=tuple(
            thing
            for thing in given_by(invoice, chosen)
            if remove_participants or not thing.optional
        ),
        to_vouchers=tuple(to_vouchers),
        unlowered=tuple(_unlowered(invoice, chosen)),
    )


def cancelled_keys(invoice: Invoice) -> set[str]:
    """The keys of the positions that were cancelled."""
    query = select(CancellationPosition.position_key)
    return set(db.session.scalars(query.where(CancellationPosition.invoice_id == invoice.id)))


# --- parts ------------------------------------------------------------------------------------


def _chosen(invoice: Invoice, keys: Sequence[str] | None) -> list[InvoicePosition]:
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf wird nicht storniert, sondern gelöscht."))
    gone = cancelled_keys(invoice)
    left = [p for p in invoice.current.positions if p.key not in gone]
    if not left:
        raise DomainError(_("%(number)s ist schon vollständig storniert.", number=invoice))
    if keys is None:
        return left
    if twice := gone.intersection(keys):
        text = next(p.text for p in invoice.current.positions if p.key in twice)
        raise DomainError(_("„%(text)s“ ist schon storniert.", text=text))
    if not keys or set(keys) - {p.key for p in left}:
        raise DomainError(
            _("Bitte Positionen auswählen, die auf %(number)s stehen.", number=invoice)
        )
    return [p for p in left if p.key in keys]


def _check_amounts(invoice: Invoice, cancelled: Decimal, fee: Decimal) -> None:
    if cancelled < 0 or invoice.total - invoice.cancelled - cancelled < 0:
        raise DomainError(
            _("Ein Abzug wird nur zusammen mit dem storniert, wovon er abgeht. "
              "Bitte beide Positionen auswählen.")
        )  # fmt: skip
    if not is_amount(fee) or fee < 0:
        raise DomainError(_("Bitte die Gebühr in Euro und Cent eingeben."))
    if fee > cancelled:
        raise DomainError(_("Die Gebühr ist höher als das, was storniert wird."))


def _money_back(
    invoice: Invoice, total: Decimal
) -> tuple[list[tuple[Voucher, Decimal]], Decimal, Decimal]:
    """What was paid beyond the claim that is left: by vouchers first, then credit, then money.

    What is no money any more comes back as what it was, so that nobody turns a voucher into cash.
    """
    surplus = max(ZERO, total - invoice.open_amount)
    vouchers = []
    for voucher_id, paid in paid_by_vouchers(invoice).items():
        if amount := min(surplus, paid):
            vouchers.append((db.session.get_one(Voucher, voucher_id), amount))
            surplus -= amount
    returned = min(surplus, paid_by_credit(invoice))
    return vouchers, returned, surplus - returned


def _unlowered(
    invoice: Invoice, positions: Sequence[InvoicePosition]
) -> list[tuple[Voucher, Decimal]]:
    """What single-purpose vouchers took off these positions."""
    keys = {position.key for position in positions}
    return [
        (voucher, sum((share for key, share in shares.items() if key in keys), ZERO))
        for voucher, shares in shares_on(invoice).items()
        if voucher.kind is not VoucherKind.DISCOUNT and keys & set(shares)
    ]


def _fees(
    positions: Sequence[InvoicePosition], fee: Decimal, taxed: bool, invoice: Invoice
) -> list[Fee]:
    """Not taxable as damages, or taxed like what was cancelled (spec D-05)."""
    if not fee:
        return []
    if not taxed:
        why = _("Schadensersatz, nicht steuerbar (§ 1 Abs. 1 Nr. 1 UStG)")
        return [Fee("E", ZERO, why, fee, ZERO, fee)]
    reasons = {p["key"]: p["reason"] for p in invoice.current.snapshot["positions"]}
    weights: dict[tuple[Decimal, str | None], Decimal] = {}
    for position in positions:
        group = (position_rate(position), reasons[position.key])
        weights[group] = weights.get(group, ZERO) + position.gross
    return [
        _fee_at(rate, reason, part)
        for (rate, reason), part in zip(
            weights, _split(fee, [max(ZERO, w) for w in weights.values()]), strict=True
        )
        if part
    ]


def position_rate(position: InvoicePosition) -> Decimal:
    """The rate it was taxed with; an exempt position had none, whatever its course says."""
    return position.vat_rate if position.category == "S" else ZERO


def _split(fee: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """In proportion, rounded to cents; what rounding leaves over goes to the largest part."""
    whole = sum(weights, ZERO)
    parts = [to_cents(fee * weight / whole) for weight in weights]
    parts[weights.index(max(weights))] += fee - sum(parts, ZERO)
    return parts


def _fee_at(rate: Decimal, reason: str | None, gross: Decimal) -> Fee:
    tax = vat_in(gross, rate)
    return Fee(tax_category(rate), rate, reason, gross - tax, tax, gross)
