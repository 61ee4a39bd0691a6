"""Cancelling: choose positions, see what it touches, do it. And what was cancelled."""

from kutego.models import Cancellation, Invoice, InvoiceState, Right, Settlement, company
from kutego.money import ZERO, euro
from kutego.operations.cancellations import (
    cancel_positions,
    cancellable_positions,
    plan_cancellation,
)
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER, documents_field
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    CheckField,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    MoneyField,
    PanelForm,
    RecordsField,
    RecordView,
    TextField,
    TextFilter,
)


class CancelForm(PanelForm):
    positions = RecordsField(
        "Positionen", required=False, text=lambda p: f"{p.text} ({euro(p.gross)})",
        description="Ohne Auswahl: die ganze Rechnung.",
    )  # fmt: skip
    fee = MoneyField("Gebühr einbehalten", least=ZERO, default=ZERO)
    fee_taxed = CheckField(
        "Gebühr mit Umsatzsteuer",
        description="Ja, wenn die Leistung bereitstand (nicht erschienen); "
        "nein, wenn vor dem Kurs abgesagt wurde.",
    )
    reason = TextField("Grund", most=500)
    settlement = ChoiceField("Schon bezahltes Geld", Settlement, default=Settlement.CREDIT)
    remove_participants = CheckField("Teilnehmer aus dem Kurs nehmen", default=True)
    send_mail = CheckField("Stornorechnung per E-Mail senden", default=True)

    def prepare(self):
        if self.is_many or self.record is None:
            del self.positions
        else:
            self.positions.records = cancellable_positions(self.record)

    def values(self):
        found = super().values()
        chosen = found.get("positions")
        found["positions"] = [position.key for position in chosen] if chosen else None
        return found

    @classmethod
    def initial(cls, records):
        return {"fee_taxed": company().cancellation_fee_taxed}


def cancel_preview(invoice: Invoice, positions, fee, fee_taxed, settlement, remove_participants):
    """What the cancellation takes back and where the money goes."""
    plan = plan_cancellation(
        invoice, positions=positions, fee=fee, fee_taxed=fee_taxed, settlement=settlement,
        remove_participants=remove_participants,
    )  # fmt: skip
    return [
        line if isinstance(line, str) else f"{line[0]}: {euro(line[1])}" for line in plan.lines()
    ]


CANCEL = Button(
    cancel_positions, CancelForm, label="Stornieren", icon="x-circle", danger=True, mass=True,
    done="Storniert. Die Stornorechnung ist erstellt.", right=Right.INVOICES_CANCEL,
    preview=cancel_preview,
    shown=lambda i: i.state is InvoiceState.ISSUED and not i.is_fully_cancelled,
)  # fmt: skip


class CancellationView(RecordView):
    model = Cancellation
    slug, title, one = "cancellations", "Stornierungen", "Stornorechnung"
    icon, category = "file-earmark-x", "Finanzen"
    right = Right.INVOICES_VIEW
    columns = (
        Column("number", "Nr."),
        Column("issued_on", "Datum"),
        CUSTOMER,
        Column("invoice", "Rechnung", value=lambda c: c.invoice.number, load=("invoice",),
               link=lambda c: c.invoice, sort="invoice.number"),
        Column("reason", "Grund"),
        Column("fee", "Gebühr", total=True),
        Column("total", "Storniert", total=True),
        Column("settlement", "Geld zurück", badge=True),
        Column("settled", "Betrag zurück", total=True, shown=False),
    )  # fmt: skip
    fields = (documents_field("cancellation"),)
    filters = (
        TextFilter("number", "Nummer"),
        DateFilter("issued_on", "Datum"),
        ChoiceFilter("settlement", "Geld zurück", Settlement),
        AmountFilter("total", "Storniert"),
    )
    search, search_hint = "number", "Nummer"
    default_sort = "-number"
    cards = (
        Card("Stornierung", "number", "issued_on", "customer", "invoice", "reason", "documents"),
        Card("Beträge", "total", "fee", "settlement", "settled"),
    )
    empty = _("Noch nichts storniert.")
