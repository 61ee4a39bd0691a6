"""Invoices that are corrected while they are open: every change is a new version."""

from decimal import Decimal
from typing import Any

from kutego.models import Invoice
from kutego.money import ZERO, euro
from kutego.operations.invoice_corrections import edit_invoice
from kutego.texts import gettext as _
from kutego.views.office.position_form import PositionsForm
from kutego.views.office.position_page import PositionPage
from kutego.views.panel import CheckField, MoneyField, TextField, actor, today


class CorrectionForm(PositionsForm):
    is_issued = True
    reason = TextField("Grund der Änderung", most=500)
    current_address = CheckField("Heutige Adresse des Kunden übernehmen")
    remove_participants = CheckField("Plätze entfernter Kurspositionen freigeben", default=True)
    send_mail = CheckField("Neue Fassung per E-Mail senden")
    credit = MoneyField("Weiteres Guthaben verrechnen", required=False, least=ZERO)
    method_locked = None  # type: ignore[assignment]  # WTForms: the field is left out

    def prepare(self) -> None:
        """Credit is offered where there is some (spec CRD-11)."""
        super().prepare()
        self.credit.description = _("Verfügbar: %(credit)s", credit=euro(self.customer.credit))
        if self.customer.credit <= 0:
            del self.credit


class CorrectionPage(PositionPage):
    """A new version of an open invoice (spec INV-36 to 43)."""

    form_class = CorrectionForm
    template = "office/positions/invoice.html"
    actions = (("correct", "Neue Fassung ausstellen"),)

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("%(number)s ändern", number=self.record)

    @property
    def paid(self) -> Decimal:
        """What the new total must not fall below."""
        return self.record.paid

    def _form(self) -> Any:
        form = super()._form()
        form.corrected = self.record
        return form

    def stored(self) -> list[Any]:
        return list(self.record.current.positions)

    def initial(self) -> dict[str, Any]:
        return {
            "payment_method": self.record.payment_method,
            "revision": self.record.revision,
            "remove_participants": True,
        }

    def perform(self, wish: str, form: Any, confirmed: frozenset[str]) -> Invoice:
        edit_invoice(
            self.record,
            positions=form.inputs(),
            reason=form.reason.data,
            payment_method=form.payment_method.data,
            use_credit_amount=form.credit_wish,
            current_address=form.current_address.data,
            remove_participants=form.remove_participants.data,
            send_mail=form.send_mail.data,
            revision=form.opened_revision,
            confirmed=confirmed,
            on=today(),
            by=actor(),
        )
        return self.record

    def done_with(self, wish: str) -> str:
        return _("Die neue Fassung ist ausgestellt.")
