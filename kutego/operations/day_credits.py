"""The line that takes a called-off day off an open invoice, in a new version of it."""

from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.models import (
    CourseDay,
    Invoice,
    InvoicePosition,
    InvoiceVersion,
    PositionKind,
    PriceMode,
    Unit,
    company,
)
from kutego.money import CENT, ZERO, to_cents
from kutego.operations.activity import log_activity
from kutego.operations.dunning_fees import reissue
from kutego.operations.position_parts import Part, credit_key
from kutego.operations.pricing import price
from kutego.texts import gettext as _


def can_be_credited(invoice: Invoice, on: date) -> bool:
    """Whether the invoice can have a new version: it is open and nothing of it is cancelled."""
    return invoice.open_amount > 0 and invoice.cancelled == 0 and on >= invoice.current.issued_on


def add_day_credit(
    invoice: Invoice,
    part: Part,
    course_day: CourseDay,
    amount: Decimal,
    *,
    on: date,
    by: Actor,
) -> InvoiceVersion:
    """Take `amount` (gross) off the position that sold the day. Joins a transaction.

    It is taxed as the position is, and belongs to it: whoever cancels that takes it along.
    """
    position = part.position
    text = _("Kurstag %(day)s abgesagt: %(text)s", day=f"{course_day.on:%d.%m.%Y}",
             text=position.text)  # fmt: skip
    line = InvoicePosition(
        key=credit_key(position, course_day), kind=PositionKind.DAY_CREDIT, text=text[:500],
        quantity=Decimal("1.00"), unit=Unit.PIECE, unit_price=ZERO - _in_prices(part, amount),
        discount_percent=ZERO, vat_rate=position.vat_rate, participant=position.participant,
        participant_id=position.participant_id, course_date_id=position.course_date_id,
        course_day_id=course_day.id, period_first=course_day.on, period_last=course_day.on,
    )  # fmt: skip
    while price([*invoice.current.positions, line], company()).gross < invoice.paid:
        line.unit_price += CENT  # net prices: rounding the tax must not go below what is paid
    why = _("Kurstag %(day)s abgesagt", day=f"{course_day.on:%d.%m.%Y}")
    version = reissue(invoice, [line], reason=why, on=on, by=by)
    log_activity(invoice, "invoice.day_credited", by=by, day=course_day.on, amount=amount,
                 version=version.version)  # fmt: skip
    return version


def _in_prices(part: Part, amount: Decimal) -> Decimal:
    """The amount in the base of the prices of the house: gross, or net in proportion."""
    if company().prices is PriceMode.GROSS:
        return amount
    return to_cents(amount * part.net / part.gross)
