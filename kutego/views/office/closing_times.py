"""Closing times of all locations (spec ADM-04)."""

from sqlalchemy import select

from kutego.models import ClosingTime, Location, Right
from kutego.views.office.free_times import ENTER_CLOSINGS
from kutego.views.office.location_tabs import CLOSING_COLUMNS, REMOVE_CLOSING
from kutego.views.panel import Card, Column, DateFilter, RecordView, RelationFilter


class ClosingTimeView(RecordView):
    model = ClosingTime
    slug, title, one, icon = "closing_times", "Schließzeiten", "Schließzeit", "calendar-x"
    category = "Unternehmen"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns, buttons = CLOSING_COLUMNS, (ENTER_CLOSINGS, REMOVE_CLOSING)
    fields = (Column("location_id", "Standort (leer: alle)"),)
    filters = (
        DateFilter("starts_on", "Von"),
        RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    )
    default_sort = "-starts_on"
    form_columns = ("title", "location_id", "starts_on", "ends_on")
    creates = True
    cards = (Card("Schließzeit", "title", "location", "starts_on", "ends_on"),)
    empty = "Keine Schließzeit. An geschlossenen Tagen entstehen keine Kurstage."
