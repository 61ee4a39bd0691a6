"""Rooms of all locations: what they cost, and to whom they are rented."""

from sqlalchemy import select

from kutego.models import Location, Room
from kutego.views.office.location_tabs import LocationRooms
from kutego.views.office.room_rentals import RoomRentals
from kutego.views.panel import Column, RecordView, RelationFilter, YesNoFilter


class RoomView(RecordView):
    model = Room
    slug, title, one, icon = "rooms", "Räume", "Raum", "building"
    category = "Unternehmen"
    right, edit_right = LocationRooms.right, LocationRooms.edit_right
    columns = (
        Column("name", "Name"),
        Column("location", "Standort", load=("location",), sort="location.name",
               value=lambda r: r.location.name, link=lambda r: r.location),
        *LocationRooms.columns[1:],
    )  # fmt: skip
    fields = (*LocationRooms.fields, Column("location_id", "Standort"))
    filters = (
        RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
        YesNoFilter("is_active", "Aktiv"),
    )
    default_sort = "name"
    form_columns = ("location_id", *LocationRooms.form_columns)
    form_args, form_overrides = LocationRooms.form_args, LocationRooms.form_overrides
    creates = True
    cards = LocationRooms.cards
    tabs = (RoomRentals,)
    empty = LocationRooms.empty

    def called(self, record):
        return record.name
