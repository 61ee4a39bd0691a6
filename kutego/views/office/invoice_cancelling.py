"""Cancelling an invoice, or its whole contract: choose, see what it touches, do it."""

from kutego.models import Invoice, InvoiceState, Right, Settlement, company
from kutego.money import ZERO, euro
from kutego.operations.cancellations import (
    cancel_positions,
    plan_cancellation,
)
from kutego.operations.contract_cancellations import cancel_invoiced_contract, contracts_on
from kutego.operations.position_parts import Left, parts_left
from kutego.texts import gettext as _
from kutego.views.office.contract_forms import CancelContractForm
from kutego.views.panel import (
    Button,
    CheckField,
    ChoiceField,
    DateField,
    MoneyField,
    PanelForm,
    RecordField,
    RecordsField,
    Row,
    RowChoicesField,
    TextField,
)


class CancelForm(PanelForm):
    positions = RecordsField(
        "Positionen", required=False, text=lambda p: f"{p.text} ({euro(p.gross)})",
        description="Ohne Auswahl: die ganze Rechnung.",
    )  # fmt: skip
    days = RowChoicesField(
        "Nur einzelne Kurstage stornieren", coerce=int,
        description="Der Rest bleibt berechnet; der Platz bleibt bis zum letzten Tag im Kurs.",
    )  # fmt: skip
    leave_on = DateField(
        "Kommt nicht mehr ab", required=False,
        description="Nur bei einzelnen Tagen, und nur, wenn er den Kurs vorzeitig verlässt.",
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
            del self.positions, self.days, self.leave_on
            return
        left = parts_left(self.record)
        self.positions.records = [each.position for each in left.values()]
        self.days.offer([day_row(each) for each in left.values() if (each.days or 0) > 1])
        if not self.days.rows:
            del self.days, self.leave_on

    def values(self):
        found = super().values()
        chosen = found.get("positions")
        found["positions"] = [position.key for position in chosen] if chosen else None
        return found

    @classmethod
    def initial(cls, records):
        return {"fee_taxed": company().cancellation_fee_taxed}


def day_row(left: Left) -> Row:
    """How many of the days that are left; all of them is the whole position."""
    days = left.days or 0
    choices = [("", _("keine einzelnen Tage"))] + [
        (str(n), _("%(days)s von %(of)s Tagen (%(charged)s bleiben berechnet): %(amount)s",
                   days=n, of=left.of_days, charged=days - n, amount=euro(left.part(n).gross)))
        for n in range(1, days)
    ]  # fmt: skip
    return Row(left.position.key, left.position.text, choices)


def cancel_preview(invoice: Invoice, reason=None, send_mail=None, **chosen):
    """What the cancellation takes back and where the money goes."""
    plan = plan_cancellation(invoice, **{n: v for n, v in chosen.items() if n != "on"})
    return [
        line if isinstance(line, str) else f"{line[0]}: {euro(line[1])}" for line in plan.lines()
    ]


CANCEL = Button(
    cancel_positions, CancelForm, label="Stornieren", icon="x-circle", danger=True, mass=True,
    done="Storniert. Die Stornorechnung ist erstellt.", right=Right.INVOICES_CANCEL,
    preview=cancel_preview, live=True,
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
