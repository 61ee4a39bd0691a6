"""The part of a form with lines that says before the click what will become of it, and why."""

from typing import Any

from kutego.models import InvoiceOrigin, company
from kutego.operations.booking_reasons import reason_for_booking, reason_sentence
from kutego.texts import gettext as _


class WithOutcome:
    """`origin` is that of the invoice or booking it becomes; None where it is one already."""

    origin: InvoiceOrigin | None = None

    def becomes(self, form: Any) -> str:
        """What the main button makes of it and why, before it is pressed (spec INV-01 to 04)."""
        method = form.payment_method.data
        if self.origin is None or form.preview is None or method is None:
            return ""
        reason = reason_for_booking(
            company(), total=form.preview.total, method=method, origin=self.origin,
            credit=form.preview.credit, redeemed=form.preview.redeemed,
            has_codes=bool(form.code_wish),
        )  # fmt: skip
        if reason is None:
            return _("Daraus wird eine Rechnung.")
        why = reason_sentence(reason, with_credit=form.preview.credit > 0)
        return _("Daraus wird eine Buchung mit Bestätigung, keine Rechnung. %(why)s", why=why)
