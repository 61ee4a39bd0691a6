"""Cancelling a booking, by position or in whole: what it gave and what paid for it goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Booking,
    BookingPosition,
    BookingState,
    Contract,
    ContractState,
    EntryKind,
    VoucherKind,
)
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.booked_days import compensated
from kutego.operations.booking_making import mail_booking
from kutego.operations.booking_vouchers import Back, codes_of, return_codes, split_money
from kutego.operations.credit_booking import book_entry
from kutego.operations.effect import Given
from kutego.operations.effects import give_back_all, given_by, lock_given
from kutego.operations.reasons import given_reason
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.voucher_uses import shares_on
from kutego.texts import gettext as _

RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


@dataclass(frozen=True)
class BookingCancellation:
    """What cancelling `positions` of a booking would take back.

    `to_vouchers` was paid by codes, `unlowered` is what they took off prices; the rest of what was
    paid came from `credit`.
    """

    booking: Booking
    positions: tuple[BookingPosition, ...]
    given: tuple[Given, ...]
    to_vouchers: tuple[Back, ...]
    unlowered: tuple[Back, ...]
    credit: Decimal
    contracts: tuple[Contract, ...]  # that go on

    @property
    def is_all(self) -> bool:
        """Whether nothing of the booking is left."""
        return len(self.positions) == len(self.booking.left)

    @property
    def redeemed(self) -> Decimal:
        """What vouchers get back."""
        backs = (*self.to_vouchers, *self.unlowered)
        return sum((amount for _voucher, amount in backs), ZERO)

    def lines(self) -> list[str | tuple[str, Decimal]]:
        """For the screen, before it is done."""
        told: list[str | tuple[str, Decimal]] = []
        if not self.is_all:
            told += [(position.text, position.gross) for position in self.positions]
        told += [thing.sentence for thing in self.given]
        told += [
            (_("Zurück auf %(code)s", code=voucher_text(voucher)), amount)
            for voucher, amount in (*self.to_vouchers, *self.unlowered)
        ]
        if self.credit:
            told.append((_("Wird wieder Guthaben"), self.credit))
        told += [
            _("Vertrag %(number)s läuft weiter und wird weiter abgerechnet.", number=contract)
            for contract in self.contracts
        ]
        return told or [_("Es ist nichts zurückzugeben.")]


@operation
def cancel_booking(
    booking: Booking,
    *,
    positions: Sequence[str] | None = None,
    reason: str,
    remove_participants: bool = True,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> None:
    """Cancel the positions with these keys, or all that are left: what they gave goes back.

    So does what vouchers and credit paid for them. A contract that it began goes on, as with an
    invoice.
    """
    reason = given_reason(reason)
    plan = plan_booking_cancellation(
        booking, positions=positions, remove_participants=remove_participants
    )
    lock_given(plan.given, also=codes_of(booking))
    is_all = plan.is_all
    give_back_all(plan.given, on=on, by=by)
    _carry_out(plan, on=on, by=by)
    log_activity(
        booking, "booking.cancelled" if is_all else "booking.partly_cancelled", by=by,
        number=booking.number, credited=plan.credit, texts=[p.text for p in plan.positions],
        personal={"reason": reason},
    )  # fmt: skip
    if send_mail:
        mail_booking(
            booking, "booking_cancelled", with_files=False, credited=plan.credit,
            redeemed=plan.redeemed, cancelled=() if is_all else plan.positions,
        )  # fmt: skip


def plan_booking_cancellation(
    booking: Booking, *, positions: Sequence[str] | None = None, remove_participants: bool = True
) -> BookingCancellation:
    """What would go back. Raises `DomainError` where the booking does not stand any more."""
    if not booking.is_standing:
        raise DomainError(
            _("%(number)s ist „%(state)s“ und wird nicht mehr storniert.",
              number=booking, state=booking.state.label)
        )  # fmt: skip
    chosen = _chosen(booking, positions)
    contracts = {p.contract for p in chosen if p.contract is not None}
    to_vouchers, credit = _money_back(booking, chosen)
    return BookingCancellation(
        booking=booking,
        positions=tuple(chosen),
        given=tuple(
            thing
            for thing in given_by(booking, chosen)
            if remove_participants or not thing.optional
        ),
        to_vouchers=tuple(to_vouchers),
        unlowered=tuple(_unlowered(booking, chosen)),
        credit=credit,
        contracts=tuple(
            sorted((c for c in contracts if c.state in RUNNING), key=lambda c: c.id)
        ),
    )  # fmt: skip


def booked_periods(contract: Contract) -> list[BookingCancellation]:
    """What cancelling a contract takes back of the bookings that it made or stands on (D-24)."""
    query = (
        select(Booking)
        .where(
            Booking.contract_id == contract.id,
            Booking.state.in_((BookingState.OPEN, BookingState.DONE)),
        )
        .order_by(Booking.id)
    )
    keys = {
        booking: [p.key for p in booking.left if p.contract_id == contract.id]
        for booking in db.session.scalars(query)
    }
    return [plan_booking_cancellation(b, positions=own) for b, own in keys.items() if own]


def cancel_booked_periods(plans: Sequence[BookingCancellation], *, on: date, by: Actor) -> None:
    """Cancel what `booked_periods` found; the contract's place is taken back with the contract.

    Joins a transaction that has locked the codes.
    """
    for plan in plans:
        booking, is_all = plan.booking, plan.is_all
        _carry_out(plan, on=on, by=by)
        log_activity(
            booking, "booking.cancelled" if is_all else "booking.partly_cancelled", by=by,
            number=booking.number, credited=plan.credit, texts=[p.text for p in plan.positions],
        )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _chosen(booking: Booking, keys: Sequence[str] | None) -> list[BookingPosition]:
    if keys is None:
        return booking.left
    texts = {position.key: position.text for position in booking.positions}
    gone = texts.keys() - {position.key for position in booking.left}
    if twice := [key for key in keys if key in gone]:
        raise DomainError(_("„%(text)s“ ist schon storniert.", text=texts[twice[0]]))
    if not keys or set(keys) - texts.keys():
        raise DomainError(
            _("Bitte Positionen auswählen, die auf %(number)s stehen.", number=booking)
        )
    chosen = [position for position in booking.left if position.key in keys]
    cancelled = sum((position.gross for position in chosen), ZERO)
    if not ZERO <= cancelled <= booking.left_total:
        raise DomainError(
            _("Ein Abzug wird nur zusammen mit dem storniert, wovon er abgeht. "
              "Bitte beide Positionen auswählen.")
        )  # fmt: skip
    return chosen


def _money_back(booking: Booking, chosen: Sequence[BookingPosition]) -> tuple[list[Back], Decimal]:
    """What was paid for these positions and no called-off day has given back."""
    if not booking.reason.is_covered:
        return [], ZERO
    price = sum((position.gross for position in chosen), ZERO)
    return split_money(booking, price - compensated(booking, [p.key for p in chosen]))


def _unlowered(booking: Booking, chosen: Sequence[BookingPosition]) -> list[Back]:
    """What single-purpose vouchers took off these positions."""
    keys = {position.key for position in chosen}
    found = [
        (voucher, sum((share for key, share in shares.items() if key in keys), ZERO))
        for voucher, shares in shares_on(booking).items()
        if voucher.kind is not VoucherKind.DISCOUNT
    ]
    return [(voucher, amount) for voucher, amount in found if amount]


def _carry_out(plan: BookingCancellation, *, on: date, by: Actor) -> None:
    """The money, then what the booking knows of it."""
    booking, keys = plan.booking, [position.key for position in plan.positions]
    is_all = plan.is_all
    return_codes(booking, plan.to_vouchers, keys, on=on, by=by)
    return_credit(booking, plan.credit, on=on, by=by)
    if is_all:
        booking.move_to(BookingState.CANCELLED)
    else:
        booking.cancelled_keys = [*(booking.cancelled_keys or ()), *keys]


def return_credit(booking: Booking, amount: Decimal, *, on: date, by: Actor) -> None:
    """Give back credit that paid for a booking. Joins a transaction."""
    if amount:
        text = _("Rückgabe zu %(number)s", number=booking.number)
        book_entry(
            booking.customer, amount, EntryKind.CANCELLATION, text=text, booked_on=on,
            booking=booking, by=by,
        )  # fmt: skip
        booking.credit_used -= amount
