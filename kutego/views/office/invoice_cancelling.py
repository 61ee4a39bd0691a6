"""Cancelling an invoice, or its whole contract: choose, see what it touches, do it."""

from kutego.models import Invoice, InvoiceState, Right, Settlement, company
from kutego.money import ZERO, euro
from kutego.operations.cancellations import (
    cancel_positions,
    cancellable_positions,
    plan_cancellation,
)
from kutego.operations.contract_cancellations import cancel_invoiced_contract, contracts_on
from kutego.views.office.contract_forms import CancelContractForm
from kutego.views.panel import (
    Button,
    CheckField,
    ChoiceField,
    MoneyField,
    PanelForm,
    RecordField,
    RecordsField,
    TextField,
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
    remove_participants = CheckField("Aus dem Kurs austragen", default=True)
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


class CancelInvoicedContractForm(CancelContractForm):
    contract = RecordField("Vertrag", text=lambda c: f"{c.number}, {c.text}")

    def prepare(self):
        if self.record is not None:
            self.contract.records = contracts_on(self.record)


CANCEL_CONTRACT = Button(
    cancel_invoiced_contract, CancelInvoicedContractForm, label="Ganzen Vertrag stornieren",
    icon="x-circle", danger=True, right=Right.INVOICES_CANCEL,
    done="Der Vertrag und seine Rechnungen sind storniert.",
    help="Storniert rückwirkend alle Rechnungen des Vertrags. Soll er nur auslaufen, beenden Sie "
    "den Vertrag.",
    shown=lambda i: i.contract_id is not None and not i.is_fully_cancelled,
)  # fmt: skip
