"""Bookings: what was sold without an invoice, why, and what becomes of it."""

from kutego.models import Booking, BookingPosition, BookingState, Right
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.views.office.booking_columns import BOOKING_BUTTONS, BOOKING_COLUMNS, BOOKING_FILTERS
from kutego.views.office.columns import CUSTOMER, WITH_BOOKINGS, document_links
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import PARTICIPANT, worded
from kutego.views.office.message_tabs import SubjectMessages
from kutego.views.panel import Card, Column, KeyFigure, RecordView, TabView


class CustomerBookings(TabView):
    model = Booking
    slug, title, one = "bookings", "Buchungen", "Buchung"
    parent_key, group = "customer_id", WITH_BOOKINGS
    right = Right.INVOICES_VIEW
    columns, filters, buttons = BOOKING_COLUMNS, BOOKING_FILTERS, BOOKING_BUTTONS
    default_sort = "-booked_on"
    empty = "Keine Buchung ohne Rechnung."


class OfferBookings(CustomerBookings):
    parent_key = "offer_id"
    empty = "Buchungen entstehen, wenn der Kunde etwas annimmt, wofür es keine Rechnung gibt."


def _gone(position: BookingPosition) -> BookingState | None:
    gone = position.booking.cancelled_keys or ()
    return BookingState.CANCELLED if position.key in gone else None


class BookingPositions(TabView):
    model = BookingPosition
    slug, title, one = "positions", "Positionen", "Position"
    parent_key = "booking_id"
    has_records = False
    right = Right.INVOICES_VIEW
    columns = (
        Column("place", "Pos."),
        Column("text", "Text"),
        Column("participant", PARTICIPANT, value=lambda p: p.participant and p.participant.name,
               load=("participant",), sort="participant.first_name"),
        Column("quantity", "Menge", kind="number"),
        Column("unit_price", "Einzelpreis"),
        Column("discount_percent", "Rabatt", kind="percent", shown=False),
        Column("gross", "Betrag", total=True),
        Column("state", "Status", value=_gone, load=("booking",), badge=True),
    )  # fmt: skip
    default_sort = "place"
    empty = "Keine Positionen."


class BookingView(WithHistory, RecordView):
    model = Booking
    slug, title, one, icon = "bookings", "Buchungen", "Buchung", "bookmark"
    category = "Finanzen"
    right = Right.INVOICES_VIEW
    columns = (BOOKING_COLUMNS[0], CUSTOMER, *BOOKING_COLUMNS[1:])
    filters, buttons = BOOKING_FILTERS, BOOKING_BUTTONS
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-booked_on"
    fields = (
        Column("email", "Bestätigung geht an"),
        Column(
            "why",
            "Warum ohne Rechnung",
            value=lambda b: b.confirmation.snapshot["booking"]["sentence"],
        ),
        Column("confirmation", "Dokumente", value=lambda b: document_links(b.confirmation)),
    )
    cards = (
        Card("Buchung", "number", "customer", "booked_on", "origin", "contract", "confirmation"),
        Card("Ohne Rechnung", "why", "payment_method", "total", "voucher_used", "credit_used",
             "email", "invoice"),
    )  # fmt: skip
    tabs = (BookingPositions, SubjectMessages)
    empty = "Noch keine Buchung. Was kostenlos ist oder extern bezahlt wird, steht hier."

    def key_figures(self, record):
        figures = [
            KeyFigure(_("Betrag"), euro(record.total)),
            KeyFigure(_("Grund"), record.reason.label),
        ]
        if record.cancelled_keys:
            gone = record.total - record.left_total
            url = self.tab_url(record, "positions")
            figures.insert(1, KeyFigure(_("Davon storniert"), euro(gone), url))
        return figures
