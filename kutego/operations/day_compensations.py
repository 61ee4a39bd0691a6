"""What one participant gets for a called-off day: money, a claim, or nothing (COU-13, D-12).

Money is a negative position on the open invoice, in a new version of it; what was paid already
becomes credit, without a receipt.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    BookingPosition,
    CompensationState,
    CompensationWay,
    Contract,
    ContractState,
    CourseDay,
    CustomerState,
    DayCompensation,
    Enrolment,
    EntryKind,
    Invoice,
    InvoicePosition,
    MakeUpReason,
    Settlement,
)
from kutego.money import ZERO, euro
from kutego.operations.activity import log_activity
from kutego.operations.booked_days import booked_for, day_price, is_paid_elsewhere
from kutego.operations.cancellation_plan import plan_cancellation
from kutego.operations.cancellations import carry_out
from kutego.operations.credit_booking import book_entry
from kutego.operations.day_credits import add_day_credit, can_be_credited
from kutego.operations.day_news import for_customer, tell_of_day, what_is_given
from kutego.operations.make_ups import claim_for, grant_claim
from kutego.operations.packages import sign_off_unit
from kutego.operations.position_parts import Part, parts_left
from kutego.operations.reasons import given_reason
from kutego.operations.sold_days import sold_for
from kutego.operations.units import unit_of
from kutego.texts import gettext as _


@dataclass(frozen=True)
class Outlook:
    """What a place would get, said before it is done."""

    place: Enrolment
    sentence: str
    amount: Decimal = ZERO


@operation
def compensate(compensation: DayCompensation, *, on: date, by: Actor) -> DayCompensation:
    """Give what was chosen, once; a second call changes nothing.

    What cannot be given yet, as its period is not billed, stays open and is tried again by the
    daily job. The participant is told with the first try.
    """
    if compensation.state is CompensationState.DONE:
        return compensation
    if compensation.customer.state is CustomerState.ERASED:  # nobody could ever use it
        _finish(compensation, None)
        return compensation
    signed_off = claim_for(compensation.enrolment, compensation.course_day) is not None
    unit = not signed_off and sign_off_unit(
        compensation.enrolment, compensation.course_day, frozenset({"late"}), on=on, by=by
    )
    if signed_off:
        _finish(compensation, _("Hatte sich abgemeldet und holt den Tag nach."))
    elif unit:
        _finish(compensation, _("Die Einheit ist wieder im Paket."))
    elif compensation.way is CompensationWay.MONEY:
        _pay(compensation, on=on, by=by)
    else:
        _give_day(compensation, on=on, by=by)
    if compensation.state is CompensationState.DONE:
        log_activity(
            compensation.enrolment, "enrolment.day_compensated", by=by,
            day=compensation.course_day.on, what=what_is_given(compensation),
        )  # fmt: skip
    given = for_customer(compensation, unit=bool(unit), signed_off=signed_off)
    tell_of_day(compensation, given, on=on, by=by)
    return compensation


@operation
def waive_compensation(
    compensation: DayCompensation, *, reason: str, on: date, by: Actor
) -> DayCompensation:
    """Give nothing for the day after all, where it waits for a period nobody will bill, say."""
    if compensation.state is CompensationState.DONE:
        raise DomainError(_("Dieser Ausgleich ist schon gegeben."))
    _finish(compensation, _("Kein Ausgleich: %(why)s", why=given_reason(reason, 250)))
    log_activity(
        compensation.enrolment, "enrolment.day_waived", by=by, day=compensation.course_day.on,
        personal={"reason": reason},
    )  # fmt: skip
    return compensation


def outlook(place: Enrolment, course_day: CourseDay, way: CompensationWay) -> Outlook:
    """What `compensate` would do for a place, as it stands now."""
    name = place.participant.name
    if claim_for(place, course_day) is not None:
        return Outlook(place, _("%(name)s: hat sich abgemeldet und holt nach", name=name))
    if unit_of(place) is not None:
        return Outlook(place, _("%(name)s: bekommt die Einheit zurück", name=name))
    if way is not CompensationWay.MONEY:
        return Outlook(place, f"{name}: {way.label}")
    invoice, position = sold_for(place, course_day)
    if invoice is None or position is None:
        if booked := booked_for(place, course_day):
            told = _(
                "%(name)s: Guthaben (%(number)s ist bezahlt)", name=name, number=booked.booking
            )
            return Outlook(place, told, day_price(booked))
        return Outlook(place, f"{name}: {_not_sold(place)}")
    part = _part(invoice, position)
    if part is None:
        return Outlook(place, _("%(name)s: die Position ist schon storniert", name=name))
    on_invoice = _on_invoice(invoice, part)
    if on_invoice == part.gross:
        told = _("%(name)s: Position auf %(number)s", name=name, number=invoice)
    elif on_invoice:
        told = _("%(name)s: %(part)s auf %(number)s, der Rest wird Guthaben", name=name,
                 part=euro(on_invoice), number=invoice)  # fmt: skip
    else:
        told = _("%(name)s: Guthaben (%(number)s ist bezahlt)", name=name, number=invoice)
    return Outlook(place, told, part.gross)


# --- parts ------------------------------------------------------------------------------------


def _finish(compensation: DayCompensation, note: str | None) -> None:
    compensation.move_to(CompensationState.DONE)
    compensation.note, compensation.done_at = note, clock.now()


def _give_day(compensation: DayCompensation, *, on: date, by: Actor) -> None:
    if compensation.way is CompensationWay.MAKE_UP:
        grant_claim(
            compensation.enrolment, compensation.course_day, reason=MakeUpReason.CALLED_OFF,
            on=on, by=by,
        )  # fmt: skip
    _finish(compensation, None)


def _pay(compensation: DayCompensation, *, on: date, by: Actor) -> None:
    place = compensation.enrolment
    invoice, position = sold_for(place, compensation.course_day)
    if invoice is None or position is None:
        if booked := booked_for(place, compensation.course_day):
            return _pay_booked(compensation, booked, on=on, by=by)
        if not _is_billed_later(place):
            return _finish(compensation, _not_sold(place))
        compensation.note = _not_sold(place)  # and stays open
        return None
    part = _part(invoice, position)
    if part is None:
        return _finish(compensation, _("Die Position ist schon storniert."))
    compensation.invoice, compensation.position_key = invoice, position.key
    on_invoice = _on_invoice(invoice, part)
    if on_invoice and not can_be_credited(invoice, on):
        return _cancel(compensation, invoice, part, on=on, by=by)
    if on_invoice:
        add_day_credit(invoice, part, compensation.course_day, on_invoice, on=on, by=by)
    if part.gross > on_invoice:
        _credit(compensation, part.gross - on_invoice, str(invoice), on=on, by=by)
    compensation.amount = part.gross
    return _finish(compensation, None)


def _pay_booked(compensation: DayCompensation, position: BookingPosition, **how: Any) -> None:
    """Credit, or nothing where days have given back all that was paid."""
    compensation.booking_id, compensation.position_key = position.booking_id, position.key
    if (price := day_price(position)) > 0:
        _credit(compensation, price, str(position.booking), **how)
        compensation.amount = price
    _finish(compensation, None)


def _credit(
    compensation: DayCompensation, amount: Decimal, number: str, *, on: date, by: Actor
) -> None:
    entry = book_entry(
        compensation.enrolment.customer, amount, EntryKind.CANCELLATION,
        text=_("Kurstag %(day)s abgesagt (%(number)s)", number=number,
               day=f"{compensation.course_day.on:%d.%m.%Y}"),
        booked_on=on, by=by,
    )  # fmt: skip
    compensation.credit_entry_id, compensation.credited = entry.id, amount


def _cancel(
    compensation: DayCompensation, invoice: Invoice, part: Part, *, on: date, by: Actor
) -> None:
    """An invoice that is cancelled in part keeps its versions: the day is cancelled there too."""
    days = {part.key: 1} if part.days else None
    plan = plan_cancellation(
        invoice, positions=None if days else [part.key], days=days, remove_participants=False,
        settlement=Settlement.CREDIT,
    )  # fmt: skip
    why = _("Kurstag %(day)s abgesagt", day=f"{compensation.course_day.on:%d.%m.%Y}")
    cancellation = carry_out(plan, why, on=on, by=by)
    compensation.cancellation_id = cancellation.id
    compensation.amount, compensation.credited = plan.cancelled, plan.credited
    _finish(compensation, None)


def _part(invoice: Invoice, position: InvoicePosition) -> Part | None:
    """The price of one day of what is left of a position, None where nothing is."""
    left = parts_left(invoice).get(position.key)
    if left is None or left.gross <= 0:
        return None
    return left.part(1 if left.days else None)


def _on_invoice(invoice: Invoice, part: Part) -> Decimal:
    """How much of the price is taken off the invoice: never more than is open (D-23)."""
    return min(part.gross, max(invoice.open_amount, ZERO))


def _is_billed_later(place: Enrolment) -> bool:
    """Whether the period of the day can still be billed: the contract has not come to its end."""
    if place.contract_id is None or is_paid_elsewhere(place):
        return False
    contract = db.session.get_one(Contract, place.contract_id)
    return contract.state in (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


def _not_sold(place: Enrolment) -> str:
    if is_paid_elsewhere(place):
        return _("Gebucht ohne Rechnung: Bei uns wurde nichts bezahlt.")
    if _is_billed_later(place):
        return _("Der Zeitraum ist noch nicht abgerechnet. Die Gutschrift folgt danach.")
    if place.contract_id is not None:
        return _("Der Zeitraum wird nicht mehr abgerechnet.")
    return _("Der Platz steht auf keiner Rechnung. Bitte von Hand ausgleichen.")
