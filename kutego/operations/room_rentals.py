"""Room rentals: made, moved, given back (spec EVT-04)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, lock, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Customer, RentalState, Room, RoomRental
from kutego.models.position import PositionColumns
from kutego.operations.activity import log_activity
from kutego.operations.appointment_mails import tell_rental
from kutego.operations.effect import Effect, Given, GoneMeanwhile, Sale, of_sale, sold_by
from kutego.operations.occupancy import calendars, refuse_occupied, span
from kutego.operations.occupancy_queries import LONGEST
from kutego.operations.wall_clock import moment_of
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput


@operation
def rent_room(
    customer: Customer,
    *,
    room: Room,
    day: date,
    at: time,
    until_day: date | None = None,
    until: time,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> RoomRental:
    """Rent a room by hand, without money. Without `until_day` it ends on the day it begins."""
    if customer.is_locked:
        raise DomainError(_("%(name)s ist gesperrt. Bitte zuerst entsperren.", name=customer.name))
    rental = make_rental(
        customer, room, moment_of(day, at), moment_of(until_day or day, until),
        confirmed=confirmed, by=by,
    )  # fmt: skip
    rental.remark = remark
    if send_mail:
        tell_rental(rental, "rental_confirmed")
    return rental


@operation
def book_room(
    *,
    customer: Customer,
    room: Room,
    day: date,
    at: time,
    until_day: date | None = None,
    until: time,
    remark: str | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> RoomRental:
    """The same from a list that belongs to no customer."""
    return rent_room(
        customer, room=room, day=day, at=at, until_day=until_day, until=until, remark=remark,
        send_mail=send_mail, confirmed=confirmed, on=on, by=by,
    )  # fmt: skip


def make_rental(
    customer: Customer,
    room: Room,
    begins_at: datetime,
    ends_at: datetime,
    *,
    sold: Mapping[str, Any] | None = None,
    confirmed: frozenset[str],
    by: Actor,
) -> RoomRental:
    """Take the room, locked, where nothing else is on in it. Joins a transaction."""
    lock(db.session(), calendars([], [room]))
    _check_span(begins_at, ends_at)
    _ask_past(begins_at, ends_at, confirmed)
    refuse_occupied(begins_at, ends_at, room=room, confirmed=confirmed)
    rental = RoomRental(
        customer=customer,
        room=room,
        begins_at=begins_at,
        ends_at=ends_at,
        created_at=clock.now(),
        created_by=by.name,
        **sold or {},
    )
    db.session.add(rental)
    log_activity(rental, "room_rental.made", by=by, when=span(begins_at, ends_at), room=str(room))
    return rental


@operation
def move_rental(
    rental: RoomRental,
    *,
    room: Room,
    day: date,
    at: time,
    until_day: date | None = None,
    until: time,
    send_mail: bool = True,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> None:
    """Put the rental to another time or room; the old one is free again."""
    _refuse_cancelled(rental)
    begins_at, ends_at = moment_of(day, at), moment_of(until_day or day, until)
    lock(db.session(), calendars([], [room]))
    _check_span(begins_at, ends_at)
    _ask_past(begins_at, ends_at, confirmed)
    refuse_occupied(begins_at, ends_at, room=room, apart_from=rental, confirmed=confirmed)
    before = span(rental.begins_at, rental.ends_at)
    rental.room, rental.begins_at, rental.ends_at = room, begins_at, ends_at
    rental.sequence += 1
    log_activity(
        rental,
        "room_rental.moved",
        by=by,
        before=before,
        when=span(begins_at, ends_at),
        room=str(room),
    )
    if send_mail:
        tell_rental(rental, "rental_moved")


@operation
def cancel_rental(rental: RoomRental, *, send_mail: bool = True, on: date, by: Actor) -> None:
    """Give the room free. What was billed for it stays billed."""
    _refuse_cancelled(rental)
    free_rental(rental, on=on, by=by)
    if send_mail:
        tell_rental(rental, "rental_cancelled")


def free_rental(rental: RoomRental, *, on: date, by: Actor) -> None:
    """Give the room free; nobody is told. Joins a transaction."""
    if rental.state is RentalState.CANCELLED:
        return
    rental.move_to(RentalState.CANCELLED)
    rental.sequence += 1
    log_activity(
        rental,
        "room_rental.cancelled",
        by=by,
        room=str(rental.room),
        when=span(rental.begins_at, rental.ends_at),
    )


# --- as a position ----------------------------------------------------------------------------


def check_rental(_customer: Customer, line: "PositionInput") -> None:
    """A room and a time that ends after it begins; whether it is free is seen later."""
    room = db.session.get(Room, line.room_id) if line.room_id else None
    if room is None or not room.is_active:
        raise DomainError(_("Bitte auswählen, welcher Raum vermietet wird."))
    if line.begins_at is None or line.ends_at is None:
        raise DomainError(_("Bitte auswählen, von wann bis wann der Raum vermietet wird."))
    _check_span(line.begins_at, line.ends_at)


def rental_roots(line: PositionColumns) -> Iterable[Base]:
    """The room."""
    return calendars([], [db.session.get_one(Room, line.room_id)])


def take_rental(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Take the room, and tell the customer where the sale is told of."""
    # see `check_rental`
    begins_at, ends_at = cast(datetime, line.begins_at), cast(datetime, line.ends_at)
    if sale.offer_id is not None and begins_at < clock.now():
        raise DomainError(_("Die angebotene Zeit ist schon vorbei."))
    try:
        rental = make_rental(
            sale.customer, db.session.get_one(Room, line.room_id), begins_at, ends_at,
            sold=sold_by(sale, line), confirmed=confirmed, by=by,
        )  # fmt: skip
    except NeedsConfirmation:
        raise
    except DomainError:
        if sale.offer_id is None:
            raise  # what is on in the room is nothing that a customer has to know
        raise GoneMeanwhile(
            _("Der Raum ist zu dieser Zeit inzwischen vergeben. Bitte melden Sie sich bei uns.")
        ) from None
    if getattr(sale, "send_mail", True) and begins_at > clock.now():
        tell_rental(rental, "rental_confirmed")


def rentals_given(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The rooms that these positions took."""
    query = select(RoomRental).where(
        of_sale(RoomRental, sale, lines), RoomRental.state == RentalState.PLANNED
    )
    return [
        Given(
            each,
            _("Raum „%(room)s“ ist %(when)s wieder frei.",
              room=each.room.name, when=span(each.begins_at, each.ends_at)),
            free_rental,
        )
        for each in db.session.scalars(query.order_by(RoomRental.id))
    ]  # fmt: skip


ROOM = Effect(check=check_rental, roots=rental_roots, take=take_rental, given=rentals_given)


# --- parts ------------------------------------------------------------------------------------


def _check_span(begins_at: datetime, ends_at: datetime) -> None:
    if ends_at <= begins_at:
        raise DomainError(_("Die Vermietung endet vor ihrem Beginn."))
    if ends_at - begins_at > LONGEST:
        raise DomainError(_("Ein Raum wird höchstens 31 Tage am Stück vermietet."))


def _ask_past(begins_at: datetime, ends_at: datetime, confirmed: frozenset[str]) -> None:
    if begins_at < clock.now() and "past" not in confirmed:
        when = span(begins_at, ends_at)
        raise NeedsConfirmation(
            "past", _("%(when)s hat schon begonnen. Trotzdem eintragen?", when=when)
        )


def _refuse_cancelled(rental: RoomRental) -> None:
    if rental.state is RentalState.CANCELLED:
        raise DomainError(_("Die Vermietung ist schon storniert."))
