"""Room rentals: who has which room when (spec EVT-04)."""

from sqlalchemy import select

from kutego.models import RentalState, Right, Room, RoomRental
from kutego.operations.room_rentals import book_room, cancel_rental, move_rental, rent_room
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.office.room_rental_forms import BookForm, MoveForm, RentForm, TellForm
from kutego.views.office.sold_columns import SALE, WITH_TICKETS
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
    RecordView,
    RelationFilter,
    TabView,
    place_of,
)


def is_booked(rental):
    """Whether it holds."""
    return rental.state is RentalState.PLANNED


DONE = "Der Raum ist vermietet."
RENTAL_COLUMNS = (
    Column("begins_at", "Von"),
    Column("ends_at", "Bis"),
    Column("room", "Raum", load=("room.location",), sort="room.name", value=lambda r: str(r.room)),
    CUSTOMER,
    Column("remark", "Bemerkung", shown=False),
    Column("created_at", "Angelegt", shown=False),
    Column("created_by", "Angelegt von", shown=False),
    Column("state", "Status", badge=True),
)
RENTAL_FILTERS = (
    DateFilter("begins_at", "Von"),
    ChoiceFilter("state", "Status", RentalState),
    RelationFilter("room_id", "Raum", load=lambda: select(Room.id, Room.name)),
)
RENTAL_BUTTONS = (
    Button(move_rental, MoveForm, label="Ändern", icon="calendar-range", primary=True,
           done="Die Vermietung ist geändert.", right=Right.COURSES_EDIT, shown=is_booked,
           help="Was berechnet ist, bleibt berechnet: Wird die Zeit länger oder kürzer, ändern Sie "
                "bitte auch die Rechnung."),
    Button(cancel_rental, TellForm, label="Stornieren", icon="calendar-x", mass=True, danger=True,
           done="Der Raum ist wieder frei.", right=Right.COURSES_EDIT, shown=is_booked,
           help="Der Raum wird frei. Was berechnet ist, bleibt berechnet: Geld zurück gibt es "
                "über die Stornierung der Rechnung, die den Raum ebenfalls freigibt."),
)  # fmt: skip


class RoomRentalView(WithHistory, RecordView):
    model = RoomRental
    slug, title, one, icon = "room_rentals", "Raumvermietung", "Vermietung", "key"
    category = "Veranstaltungen"
    right = Right.COURSES_VIEW
    columns, filters, fields = RENTAL_COLUMNS, RENTAL_FILTERS, (SALE,)
    default_sort = "-begins_at"
    buttons = (
        Button(book_room, BookForm, label="Raum vermieten", icon="plus-lg", primary=True,
               place=Place.LIST, done=DONE, right=Right.COURSES_EDIT,
               help="Ohne Rechnung. Mit Rechnung: als Position „Raumvermietung“."),
        *RENTAL_BUTTONS,
    )  # fmt: skip
    cards = (
        Card("Vermietung", "room", "begins_at", "ends_at", "state"),
        Card("Kunde", "customer", "sale"),
        Card("Intern", "remark", "created_at", "created_by"),
    )
    empty = "Noch kein Raum ist vermietet."


class RoomRentals(TabView):
    """On the page of a room."""

    model = RoomRental
    slug, title, one = "rentals", "Vermietungen", "Vermietung"
    parent_key = "room_id"
    right = Right.COURSES_VIEW
    columns, filters = RENTAL_COLUMNS, RENTAL_FILTERS
    buttons: tuple[Button, ...] = RENTAL_BUTTONS
    default_sort = "-begins_at"
    empty = "Dieser Raum war noch nicht vermietet."

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class CustomerRentals(RoomRentals):
    slug, title = "rentals", "Raumvermietung"
    parent_key, group = "customer_id", WITH_TICKETS
    buttons = (
        Button(rent_room, RentForm, label="Raum vermieten", icon="plus-lg", primary=True,
               place=Place.LIST, done=DONE, right=Right.COURSES_EDIT),
        *RENTAL_BUTTONS,
    )  # fmt: skip
    empty = "Dieser Kunde hat keinen Raum gemietet."
