"""What positions do besides costing money, kind by kind, and the walks over all of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kutego.actor import Actor
from kutego.db import Base, db, lock
from kutego.errors import DomainError
from kutego.models import Customer, PositionKind
from kutego.models.position import PositionColumns
from kutego.operations.appointment_positions import APPOINTMENT
from kutego.operations.course_positions import COURSE
from kutego.operations.effect import Effect, Given, Sale
from kutego.operations.membership_positions import MEMBERSHIP
from kutego.operations.package_positions import PACKAGE
from kutego.operations.product_positions import PRODUCT
from kutego.operations.room_rentals import ROOM
from kutego.operations.tickets import TICKET
from kutego.operations.voucher_positions import VOUCHER
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput

EFFECTS: dict[PositionKind, Effect] = {
    PositionKind.COURSE: COURSE,
    PositionKind.APPOINTMENT: APPOINTMENT,
    PositionKind.TICKET: TICKET,
    PositionKind.ROOM: ROOM,
    PositionKind.MEMBERSHIP: MEMBERSHIP,
    PositionKind.PRODUCT: PRODUCT,
    PositionKind.VOUCHER: VOUCHER,
    PositionKind.PACKAGE: PACKAGE,
}
NONE = Effect(books=False)


def effect_of(kind: PositionKind) -> Effect:
    """What positions of this kind do; nothing for a free text."""
    return EFFECTS.get(kind, NONE)


def check_line(customer: Customer, line: "PositionInput") -> None:
    """Refuse what cannot be sold to this customer. A billed period was sold with its contract."""
    if line.contract_id is None:
        effect_of(line.kind).check(customer, line)


def take_all(
    sale: Sale,
    lines: Sequence[PositionColumns],
    *,
    also: Sequence[Base] = (),
    confirmed: frozenset[str],
    on: date,
    by: Actor,
) -> None:
    """Book what the lines sell: places, slots, tickets, contracts, codes. Joins a transaction.

    Everything, and `also` what the caller needs, is locked before the first is taken and before
    any number is drawn. What a contract bills again gives nothing new.
    """
    fresh = [line for line in lines if line.contract_id is None and line.kind in EFFECTS]
    if not fresh and not also:
        return
    if any(effect_of(line.kind).books for line in fresh):
        _refuse_locked(sale.customer)
    db.session.flush()  # what is given names the document
    roots = [root for line in fresh for root in effect_of(line.kind).roots(line)]
    lock(db.session(), [*roots, *also])
    for line in fresh:
        effect_of(line.kind).take(sale, line, confirmed=confirmed, on=on, by=by)


def given_by(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """What these lines gave and would take back now, in the order of the kinds."""
    found: list[Given] = []
    for kind, effect in EFFECTS.items():
        if of_kind := [line for line in lines if line.kind is kind]:
            found += effect.given(sale, of_kind)
    return found


def give_back_all(given: Iterable[Given], *, on: date, by: Actor) -> None:
    """Take back what was given. The caller has locked it (`lock_given`)."""
    for thing in given:
        thing.give_back(thing.record, on=on, by=by)


def lock_given(
    given: Iterable[Given], more: Iterable[PositionColumns] = (), also: Iterable[Base] = ()
) -> None:
    """All at once and before any number is drawn, or two of us could wait for each other.

    `more` are lines that will be taken in the same breath, `also` what else the caller needs.
    """
    roots = [root for line in more for root in effect_of(line.kind).roots(line)]
    lock(db.session(), [*(thing.record for thing in given), *roots, *also])


def _refuse_locked(customer: Customer) -> None:
    """A locked customer takes no places (spec CUS-36, 38); contracts go on until they are ended."""
    if customer.is_locked:
        raise DomainError(
            _(
                "%(name)s ist gesperrt: Kurse können nicht gebucht werden. "
                "Bitte den Kunden zuerst entsperren.",
                name=customer.name,
            )
        )
