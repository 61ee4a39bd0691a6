"""Positions as a person enters them, checked and turned into lines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Contract,
    CourseDate,
    CourseKind,
    Customer,
    CustomerState,
    DraftPosition,
    Participant,
    PositionKind,
    TicketCategory,
    Unit,
    company,
)
from kutego.models.position import PositionColumns
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.effects import check_line
from kutego.operations.pricing import RATES
from kutego.texts import gettext as _

LINES = 200
P = TypeVar("P", bound=PositionColumns)
LINKS: dict[PositionKind, tuple[str, ...]] = {  # what a line of each kind is about; more is dropped
    PositionKind.COURSE: ("course_date_id", "term_template_id", "course_day_id"),
    PositionKind.APPOINTMENT: ("appointment_template_id", "lecturer_id", "room_id"),
    PositionKind.TICKET: ("ticket_category_id",),
    PositionKind.ROOM: ("room_id",),
    PositionKind.VOUCHER: ("voucher_template_id",),
    PositionKind.MEMBERSHIP: ("membership_template_id",),
    PositionKind.PRODUCT: ("product_id",),
    PositionKind.PACKAGE: ("package_id",),
    PositionKind.OTHER: (),
}
EVERY_LINK = frozenset(name for names in LINKS.values() for name in names)


@dataclass(frozen=True)
class PositionInput:
    """One line of the form. `key` names the line of an earlier version that it continues."""

    kind: PositionKind
    text: str
    unit_price: Decimal
    vat_rate: Decimal
    quantity: Decimal = Decimal("1.00")
    unit: Unit = Unit.PIECE
    discount_percent: Decimal = ZERO
    participant_id: int | None = None
    course_date_id: int | None = None
    term_template_id: int | None = None
    product_id: int | None = None
    contract_id: int | None = None
    course_day_id: int | None = None
    appointment_template_id: int | None = None
    lecturer_id: int | None = None
    room_id: int | None = None
    ticket_category_id: int | None = None
    voucher_template_id: int | None = None
    membership_template_id: int | None = None
    package_id: int | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: date | None = None
    period_first: date | None = None
    period_last: date | None = None
    key: str | None = None


def make_positions(
    model: type[P],
    customer: Customer,
    inputs: Sequence[PositionInput],
    keys: Collection[str] | None = None,
) -> list[P]:
    """Check the lines against each other and the customer; returns unsaved rows of `model`.

    `keys` are those of the version before, which lines may continue; new lines get others.
    """
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert. Hier wird nichts mehr geschrieben."))
    if not inputs:
        raise DomainError(_("Bitte mindestens eine Position eingeben."))
    if len(inputs) > LINES:
        raise DomainError(_("Ein Dokument hat höchstens %(most)s Positionen.", most=LINES))
    named = [line.key for line in inputs if line.key]
    if len(set(named)) < len(named) or (keys is not None and not set(named) <= set(keys)):
        raise DomainError(_("Die Positionen passen nicht zusammen. Bitte die Seite neu laden."))
    used = {*named, *(keys or ())}
    fresh = (f"p{n}" for n in range(1, 100 * LINES) if f"p{n}" not in used)
    return [
        _make(model, customer, line, place, line.key or next(fresh), line.key in (keys or ()))
        for place, line in enumerate(inputs, start=1)
    ]


def _make(
    model: type[P], customer: Customer, line: PositionInput, place: int, key: str, is_sold: bool
) -> P:
    where = _("Position %(place)s: ", place=place)
    if not line.text or not line.text.strip():
        raise DomainError(where + _("Bitte einen Text eingeben."))
    if line.kind is PositionKind.DAY_CREDIT and line.key is None:
        raise DomainError(
            where + _("Eine Gutschrift für einen Kurstag entsteht, wenn der Tag abgesagt wird.")
        )
    if line.kind is PositionKind.DUNNING_FEE and line.key is None:
        raise DomainError(
            where + _("Eine Mahngebühr kommt mit der Mahnstufe, oder über „Mahngebühr berechnen“.")
        )
    if len(line.text) > 500:
        raise DomainError(where + _("Der Text hat höchstens 500 Zeichen."))
    _check_numbers(line, where)
    if not is_sold:
        line = _without_strange_links(line)
    _check_links(customer, line, where, is_sold)
    if model is not DraftPosition and line.period_first is None and line.period_last is None:
        line = _with_period(line)
    values = {name: value for name, value in vars(line).items() if name != "key"}
    made = model(**values | {"text": line.text.strip(), "place": place, "key": key})
    if line.participant_id is not None:
        # a new row does not load it by itself, and the snapshot needs the name
        made.participant = db.session.get(Participant, line.participant_id)
    return made


def _without_strange_links(line: PositionInput) -> PositionInput:
    if line.kind not in LINKS or line.contract_id is not None:
        return line
    strange: dict[str, Any] = dict.fromkeys(EVERY_LINK - set(LINKS[line.kind]))
    return replace(line, **strange)


def _with_period(line: PositionInput) -> PositionInput:
    """The line with the days on which it is supplied (§ 14 (4) No. 6 UStG).

    A draft takes them when it is issued: until then the course may be put on other days.
    """
    if line.kind is PositionKind.TICKET and line.ticket_category_id is not None:
        event = db.session.get_one(TicketCategory, line.ticket_category_id).event
        return _on_days(line, event.begins_at, event.ends_at)
    if line.begins_at is not None:
        return _on_days(line, line.begins_at, line.ends_at or line.begins_at)
    course = db.session.get(CourseDate, line.course_date_id) if line.course_date_id else None
    if course is None or course.kind is CourseKind.RUNNING or course.ends_on is None:
        return line
    first = max(line.starts_on or course.starts_on, course.starts_on)
    return replace(line, period_first=min(first, course.ends_on), period_last=course.ends_on)


def _on_days(line: PositionInput, begin: datetime, end: datetime) -> PositionInput:
    first, last = (moment.astimezone(company().zone).date() for moment in (begin, end))
    return replace(line, period_first=first, period_last=last)


def _check_numbers(line: PositionInput, where: str) -> None:
    if not is_amount(line.unit_price) or abs(line.unit_price) > MOST:
        raise DomainError(where + _("Bitte einen Preis in Euro und Cent eingeben."))
    if not is_amount(line.quantity) or not 0 < line.quantity <= 10000:
        raise DomainError(where + _("Die Menge liegt zwischen 0,01 und 10.000."))
    if not is_amount(line.discount_percent) or not 0 <= line.discount_percent <= 100:
        raise DomainError(where + _("Der Rabatt liegt zwischen 0 und 100 Prozent."))
    if line.vat_rate not in RATES:
        raise DomainError(where + _("Der Steuersatz ist 19, 7 oder 0 Prozent."))
    if line.period_first and line.period_last and line.period_first > line.period_last:
        raise DomainError(where + _("Der Zeitraum endet vor seinem Beginn."))


def _check_links(customer: Customer, line: PositionInput, where: str, is_sold: bool) -> None:
    """Ids come from a browser: each must exist, and a participant must be this customer's."""
    if line.participant_id is not None:
        participant = db.session.get(Participant, line.participant_id)
        if participant is None or participant.customer_id != customer.id:
            raise DomainError(
                where + _("Dieser Eintrag ({participant}) gehört nicht zu diesem Kunden.")
            )
    if line.contract_id is not None:  # a billed period: the contract holds what it sells
        contract = db.session.get(Contract, line.contract_id)
        if contract is None or contract.customer_id != customer.id:
            raise DomainError(where + _("Der Vertrag gehört nicht zu diesem Kunden."))
    if is_sold:  # a line that stands on the version before was sold with that
        return
    try:
        check_line(customer, line)
    except DomainError as error:
        raise DomainError(where + str(error)) from error
