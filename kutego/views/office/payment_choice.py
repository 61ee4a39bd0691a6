"""Which payment methods a form offers: those of the settings (spec INV-26, PAY-08)."""

from typing import Any

from kutego.models import PaymentMethod
from kutego.operations.payment_methods import office_methods
from kutego.texts import gettext as _
from kutego.views.panel import ChoiceField


def offer_methods(
    field: ChoiceField, stored: PaymentMethod | None = None, *, wished: PaymentMethod | None = None
) -> None:
    """Offer what is allowed and what the record has; say where a wish is not among it."""
    methods = office_methods(stored)
    field.narrow(methods)
    if wished is not None and wished not in office_methods():
        field.description = _(
            "Beim Kunden ist „%(method)s“ vorgemerkt. Das ist in den Einstellungen nicht erlaubt.",
            method=wished.label,
        )


class WithAllowedMethods:
    """Part of the view of customers: their form offers what the settings allow."""

    def create_form(self, obj: Any = None) -> Any:
        """The empty form."""
        form: Any = super().create_form(obj)  # type: ignore[misc]  # of the view
        offer_methods(form.payment_method)
        return form

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a customer, who keeps the method that they have."""
        form: Any = super().edit_form(obj)  # type: ignore[misc]  # of the view
        offer_methods(form.payment_method, obj.payment_method, wished=obj.payment_method)
        return form
