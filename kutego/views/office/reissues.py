"""Open invoices written anew with the customer's data of today, where asked for (CUS-18)."""

from kutego.models import Customer, Invoice, Right
from kutego.money import euro
from kutego.operations.reissues import outdated_invoices, reissue_invoices
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel import Button, CheckField, PanelForm, RecordsField, TextField


def invoice_label(invoice: Invoice) -> str:
    """An open invoice, and whom it is addressed to so far."""
    then = invoice.current.snapshot["recipient"]
    place = " ".join(filter(None, (then["postcode"], then["city"])))
    address = ", ".join(filter(None, (then["name"], then["street"], place, then["email"])))
    return _(
        "%(number)s, offen %(amount)s, bisher an: %(address)s",
        number=invoice, amount=euro(invoice.open_amount), address=address,
    )  # fmt: skip


class ReissueForm(PanelForm):
    invoices = RecordsField(m("Offene Rechnungen mit alten Daten"), text=invoice_label)
    reason = TextField(m("Grund der Änderung"), default=m("Geänderte Kundendaten"), most=500)
    send_mail = CheckField(m("Neue Fassungen per E-Mail senden"))

    def prepare(self):
        if self.record is not None:
            self.invoices.records = outdated_invoices(self.record)
            if not self.invoices.records:
                self.invoices.description = _(
                    "Alle offenen Rechnungen tragen schon die heutigen Daten."
                )


def reissue_preview(customer: Customer, invoices=()):
    """Which invoices get which new version, and to whom they are addressed."""
    address = customer.address
    place = " ".join(filter(None, (address["postcode"], address["city"])))
    name = ", ".join(filter(None, (address["name"], address["street"], place, address["email"])))
    return [
        (_("Neue Fassung von %(number)s an %(name)s", number=invoice, name=name),
         invoice.open_amount)
        for invoice in invoices
    ]  # fmt: skip


REISSUE_BUTTON = Button(
    reissue_invoices, ReissueForm, label="Offene Rechnungen neu ausstellen",
    icon="file-earmark-text", right=Right.INVOICES_EDIT, preview=reissue_preview,
    shown=lambda customer: customer.open_amount > 0,
    done="Die gewählten Rechnungen tragen jetzt die heutigen Daten.",
    help="Die Nummer bleibt, es entsteht je eine neue Fassung. Beträge und Positionen ändern sich "
         "nicht; Rechnungen ohne Haken bleiben, wie sie sind.",
)  # fmt: skip
