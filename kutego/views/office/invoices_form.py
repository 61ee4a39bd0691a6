"""Invoices as they are written: new, and as a draft."""

from typing import Any

from flask import abort, url_for
from flask_admin import expose

from kutego.db import transaction
from kutego.models import Booking, Invoice, InvoiceOrigin, InvoiceState
from kutego.operations.down_payments import down_payment_of
from kutego.operations.draft_vouchers import wished_vouchers
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.texts import gettext as _
from kutego.views.office.invoices_correction import CorrectionPage
from kutego.views.office.invoices_fields import InvoiceForm
from kutego.views.office.position_page import PositionPage
from kutego.views.office.position_pages import PositionPages
from kutego.views.panel import actor, today


class DraftPage(PositionPage):
    """A new invoice or a draft."""

    form_class = InvoiceForm
    template = "office/positions/invoice.html"
    origin = InvoiceOrigin.MANUAL
    is_booked = False
    actions = (("issue", "Ausstellen"), ("draft", "Als Entwurf speichern"))

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Rechnung schreiben") if self.record is None else _("Entwurf bearbeiten")

    def stored(self) -> list[Any]:
        return list(self.record.draft_positions) if self.record else []

    def initial(self) -> dict[str, Any]:
        if self.record is None:
            method = self.customer.payment_method
            return {**super().initial(), "send_mail": True, "down_payment_method": method}
        names = (
            "payment_method", "method_locked", "intro", "closing", "send_mail", "revision",
            "instalments",
        )  # fmt: skip
        values = {name: getattr(self.record, name) for name in names}
        given = down_payment_of(self.record)
        if given is not None:
            values |= {"down_payment": given.amount, "down_payment_on": given.paid_on}
        method = given.method if given else self.record.payment_method
        return {
            **values, "credit": self.record.credit_to_use or None, "down_payment_method": method,
            "codes": ", ".join(v.number for v in wished_vouchers(self.record)),
        }  # fmt: skip

    def perform(self, wish: str, form: Any, confirmed: frozenset[str]) -> Invoice | Booking:
        given: dict[str, Any] = {"on": today(), "by": actor()}
        with transaction(self.customer):
            draft = save_draft(
                self.customer,
                positions=form.inputs(),
                payment_method=form.payment_method.data,
                method_locked=form.method_locked.data,
                intro=form.intro.data,
                closing=form.closing.data,
                codes=form.code_wish,
                credit_to_use=form.credit_wish,
                down_payment=form.paid_down(self.record and down_payment_of(self.record)),
                send_mail=form.send_mail.data,
                instalments=form.instalments.data,
                invoice=self.record,
                revision=form.opened_revision,
                **given,
            )
            if wish == "issue":
                made = issue_invoice(draft, confirmed=confirmed, **given)
                self.is_booked = isinstance(made, Booking)
                return made
        return draft

    def after(self, made: Any) -> str:
        """Drafts have a list and pages of their own."""
        if isinstance(made, Booking):
            return url_for("bookings.record_view", record_id=made.id)
        home = "invoice_drafts" if made.state is InvoiceState.DRAFT else "invoices"
        return url_for(f"{home}.record_view", record_id=made.id)

    def done_with(self, wish: str) -> str:
        issued = (
            _("Die Buchung ist angelegt.") if self.is_booked else _("Die Rechnung ist ausgestellt.")
        )
        return issued if wish == "issue" else _("Der Entwurf ist gespeichert.")


class InvoicePages(PositionPages):
    """Part of the views of invoices and drafts: their forms instead of those of master data."""

    new_page = DraftPage

    @expose("/<int(max=2147483647):record_id>/edit/", methods=("GET", "POST"))
    def edit_view(self, record_id: int) -> Any:
        """A draft is written on, an issued invoice gets a new version."""
        self.require(self.edit_right)
        invoice = self.get_one(record_id) or abort(404)
        page = DraftPage if invoice.state is InvoiceState.DRAFT else CorrectionPage
        return page(self, invoice.customer, invoice).answer()
