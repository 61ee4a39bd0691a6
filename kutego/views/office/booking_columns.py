"""What every list of bookings shows, filters by and offers."""

from kutego.models import Booking, BookingReason, BookingState, InvoiceOrigin, PaymentMethod, Right
from kutego.money import euro
from kutego.operations.booking_cancellations import cancel_booking, plan_booking_cancellation
from kutego.operations.booking_conversions import convert_booking
from kutego.operations.bookings import finish_booking, reopen_booking, resend_booking
from kutego.texts import gettext as _
from kutego.views.office.forms import ResendForm
from kutego.views.office.payment_choice import offer_methods
from kutego.views.panel import (
    AmountFilter,
    Button,
    CheckField,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    RecordsField,
    TextField,
    TextFilter,
)

BOOKING_COLUMNS = (
    Column("number", "Nr."),
    Column("booked_on", "Datum"),
    Column("total", "Betrag", total=True),
    Column("reason", "Warum ohne Rechnung"),
    Column("state", "Status", badge=True),
    Column("invoice", "Rechnung", value=lambda b: b.invoice and b.invoice.number,
           load=("invoice",), link=lambda b: b.invoice, sort="invoice.number"),
    Column("voucher_used", "Mit Gutschein bezahlt", total=True, shown=False),
    Column("credit_used", "Aus Guthaben bezahlt", total=True, shown=False),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("origin", "Herkunft", shown=False),
    Column("contract", "Vertrag", value=lambda b: b.contract and b.contract.number,
           load=("contract",), link=lambda b: b.contract, sort="contract.number", shown=False),
)  # fmt: skip

BOOKING_FILTERS = (
    ChoiceFilter("state", "Status", BookingState),
    ChoiceFilter("reason", "Warum ohne Rechnung", BookingReason),
    TextFilter("number", "Nummer"),
    DateFilter("booked_on", "Datum"),
    AmountFilter("total", "Betrag"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
    ChoiceFilter("origin", "Herkunft", InvoiceOrigin),
)


class ConvertForm(PanelForm):
    payment_method = ChoiceField("Zahlungsmethode der Rechnung", PaymentMethod)
    send_mail = CheckField("Rechnung per E-Mail senden", default=True)

    def prepare(self):
        offer_methods(self.payment_method, self.record.payment_method if self.record else None)

    @classmethod
    def initial(cls, records):
        booking = records[0]
        is_elsewhere = booking.payment_method is PaymentMethod.EXTERNAL
        method = booking.customer.payment_method if is_elsewhere else booking.payment_method
        return {"payment_method": method}


class CancelBookingForm(PanelForm):
    positions = RecordsField(
        "Positionen", required=False, text=lambda p: f"{p.text} ({euro(p.gross)})",
        description="Ohne Auswahl: die ganze Buchung.",
    )  # fmt: skip
    reason = TextField("Grund", most=500)
    remove_participants = CheckField("Aus dem Kurs austragen", default=True)
    send_mail = CheckField("Stornierung per E-Mail mitteilen", default=True)

    def prepare(self):
        left = self.record.left if self.record is not None else ()
        if len(left) > 1:
            self.positions.records = left
        else:
            del self.positions

    def values(self):
        found = super().values()
        chosen = found.get("positions")
        return {**found, "positions": [p.key for p in chosen] if chosen else None}


def convert_preview(booking: Booking):
    """What the invoice will be about."""
    lines = [(position.text, position.gross) for position in booking.left]
    return [*lines, _("Plätze, Termine und alles andere bleiben, wie sie sind.")]


def cancel_preview(booking: Booking, reason=None, send_mail=None, on=None, **chosen):
    """What goes back."""
    lines = plan_booking_cancellation(booking, **chosen).lines()
    return [line if isinstance(line, str) else f"{line[0]}: {euro(line[1])}" for line in lines]


BOOKING_BUTTONS = (
    Button(finish_booking, None, label="Als erledigt markieren", icon="check-circle", primary=True,
           mass=True, done="Die Buchung ist erledigt.", right=Right.INVOICES_EDIT,
           shown=lambda b: b.state is BookingState.OPEN),
    Button(convert_booking, ConvertForm, label="In Rechnung umwandeln", icon="receipt", mass=True,
           done="Die Rechnung ist ausgestellt.", right=Right.INVOICES_EDIT,
           preview=convert_preview, shown=lambda b: b.is_standing),
    Button(resend_booking, ResendForm, label="Bestätigung noch einmal senden", icon="envelope",
           mass=True, done="Die Buchungsbestätigung wird versendet.", right=Right.INVOICES_EDIT,
           shown=lambda b: b.is_standing),
    Button(reopen_booking, None, label="Wieder öffnen", icon="arrow-counterclockwise", mass=True,
           done="Die Buchung ist wieder offen.", right=Right.INVOICES_EDIT,
           shown=lambda b: b.state is BookingState.DONE),
    Button(cancel_booking, CancelBookingForm, label="Stornieren", icon="x-circle", danger=True,
           mass=True, done="Storniert.", right=Right.INVOICES_CANCEL,
           preview=cancel_preview, live=True, shown=lambda b: b.is_standing),
)  # fmt: skip
