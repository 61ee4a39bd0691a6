"""What a cancellation would do: the preview a person sees, and what the change itself follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    ContractState,
    Enrolment,
    Invoice,
    InvoicePosition,
    InvoiceState,
    Settlement,
    Voucher,
    VoucherKind,
)
from kutego.money import ZERO, is_amount, to_cents
from kutego.operations.cancellation_fees import Fee, fees_kept
from kutego.operations.effect import Given
from kutego.operations.effects import given_by
from kutego.operations.payments import paid_by_credit
from kutego.operations.position_parts import Part, parts_left
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.redemptions import paid_by_vouchers
from kutego.operations.voucher_uses import shares_on
from kutego.texts import gettext as _

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class CancellationPlan:
    """Amounts in Euro: `cancelled` is the gross of the positions, `fee` what is kept of it.

    `to_vouchers` was paid by codes and goes back to them (spec VOU-11), `returned` came from credit
    and becomes credit again (CRD-23), `money` follows the settlement; in this order. All three are
    what was paid beyond the claim that is left. `unlowered` is what codes took off the prices of
    these positions: it was never paid, but goes back to the codes too.
    """

    invoice: Invoice
    parts: tuple[Part, ...]
    fees: tuple[Fee, ...]
    cancelled: Decimal
    fee: Decimal
    returned: Decimal
    money: Decimal
    settlement: Settlement
    given: tuple[Given, ...]
    leave_on: date | None = None
    leaving: tuple[Enrolment, ...] = ()  # who stays until the day before that one
    to_vouchers: tuple[tuple[Voucher, Decimal], ...] = ()
    unlowered: tuple[tuple[Voucher, Decimal], ...] = ()

    @property
    def positions(self) -> tuple[InvoicePosition, ...]:
        """The positions that it is about, in whole or in part."""
        return tuple(part.position for part in self.parts)

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
        return {part.key: part.portion for part in self.parts}

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
        amounts = [(part.text, part.gross) for part in self.parts]
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
        going += [
            _(
                "%(name)s kommt ab dem %(day)s nicht mehr zu „%(course)s“.",
                name=place.participant,
                day=f"{self.leave_on:%d.%m.%Y}",
                course=place.course_date,
            )
            for place in self.leaving
        ]
        return [*amounts, *going, *self._contracts_going_on()]

    def _contracts_going_on(self) -> list[str]:
        contracts = {p.contract for p in self.positions if p.contract is not None}
        if self.invoice.contract is not None and self.invoice.contract.instalments:
            contracts.add(self.invoice.contract)
        contracts -= {thing.record for thing in self.given if isinstance(thing.record, Contract)}
        return [
            _("Vertrag %(number)s läuft weiter und wird weiter abgerechnet.", number=contract)
            for contract in sorted(contracts, key=lambda c: c.id)
            if contract.state in RUNNING
        ]


def cancellable_positions(invoice: Invoice) -> list[InvoicePosition]:
    """The positions of the newest version of which something is left."""
    return [left.position for left in parts_left(invoice).values()]


def plan_cancellation(
    invoice: Invoice,
    *,
    positions: Sequence[str] | None = None,
    days: Mapping[str, int] | None = None,
    fee: Decimal = ZERO,
    fee_taxed: bool = False,
    settlement: Settlement = Settlement.CREDIT,
    remove_participants: bool = True,
    leave_on: date | None = None,
) -> CancellationPlan:
    """Plan to cancel the positions with these keys, or all that are left (None).

    `days` says for positions (by key) how many of their days are cancelled instead; what is named
    in neither stays. Who comes to a course leaves it with the last of its days, or on `leave_on`.
    Raises `DomainError` where it cannot be done (spec INV-44 to 57, D-05).
    """
    parts = _chosen(invoice, positions, days or {})
    cancelled = sum((part.gross for part in parts), ZERO)
    _check_amounts(invoice, cancelled, fee)
    to_vouchers, returned, money = _money_back(invoice, cancelled - fee)
    return CancellationPlan(
        invoice=invoice,
        parts=tuple(parts),
        fees=tuple(fees_kept(parts, fee, fee_taxed, invoice)),
        cancelled=cancelled,
        fee=fee,
        returned=returned,
        money=money,
        settlement=settlement,
        given=tuple(
            thing
            for thing in given_by(invoice, [part.position for part in parts if part.is_all])
            if remove_participants or not thing.optional
        ),
        leave_on=leave_on,
        leaving=tuple(_leaving(invoice, parts)) if leave_on else (),
        to_vouchers=tuple(to_vouchers),
        unlowered=tuple(_unlowered(invoice, parts)),
    )


# --- parts ------------------------------------------------------------------------------------


def _chosen(invoice: Invoice, keys: Sequence[str] | None, days: Mapping[str, int]) -> list[Part]:
    if invoice.state is not InvoiceState.ISSUED:
        raise DomainError(_("Ein Entwurf wird nicht storniert, sondern gelöscht."))
    left = parts_left(invoice)
    if not left:
        raise DomainError(_("%(number)s ist schon vollständig storniert.", number=invoice))
    if keys is None and not days:
        return [each.part() for each in left.values()]
    wanted = {*(keys or ()), *days}
    texts = {p.key: p.text for p in invoice.current.positions}
    if twice := [key for key in wanted if key in texts and key not in left]:
        raise DomainError(_("„%(text)s“ ist schon storniert.", text=texts[twice[0]]))
    if not wanted or wanted - left.keys():
        raise DomainError(
            _("Bitte Positionen auswählen, die auf %(number)s stehen.", number=invoice)
        )
    return [each.part(days.get(key)) for key, each in left.items() if key in wanted]


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
    """What was paid beyond the claim that is left: by vouchers, then credit, then money."""
    surplus = max(ZERO, total - invoice.open_amount)
    vouchers = []
    for voucher_id, paid in paid_by_vouchers(invoice).items():
        if amount := min(surplus, paid):
            vouchers.append((db.session.get_one(Voucher, voucher_id), amount))
            surplus -= amount
    returned = min(surplus, paid_by_credit(invoice))
    return vouchers, returned, surplus - returned


def _leaving(invoice: Invoice, parts: Sequence[Part]) -> list[Enrolment]:
    """The places of positions of which some days are left."""
    cut = [part.position for part in parts if not part.is_all]
    places = [thing.record for thing in given_by(invoice, cut)]
    return [p for p in places if isinstance(p, Enrolment) and p.contract_id is None]


def _unlowered(invoice: Invoice, parts: Sequence[Part]) -> list[tuple[Voucher, Decimal]]:
    """What single-purpose vouchers took off these positions."""
    gone = {part.key: part.portion for part in parts}
    return [
        (voucher, sum((to_cents(s * gone[key]) for key, s in shares.items() if key in gone), ZERO))
        for voucher, shares in shares_on(invoice).items()
        if voucher.kind is not VoucherKind.DISCOUNT and gone.keys() & shares.keys()
    ]
