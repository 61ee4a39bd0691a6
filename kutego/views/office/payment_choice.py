"""Which payment methods a form offers: those of the settings (spec INV-26, PAY-08).

A view of something that is sold declares `METHODS` among its `fields`, names it in a card and in
`form_columns`, and has `form_overrides = METHOD_FIELD`.
"""

from typing import Any

from kutego.models import PaymentMethod
from kutego.operations.payment_methods import office_methods
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel import ChoiceField, ChoicesField, Column


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


class MethodsField(ChoicesField):
    """The methods that something may be paid with; none ticked: all that the house allows."""

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        kwargs["description"] = kwargs.get("description") or m(
            "Ohne Haken: alle, die in den Einstellungen erlaubt sind. Nur „Externe Bezahlung“: "
            "Der Verkauf wird eine Buchung statt einer Rechnung."
        )
        super().__init__(label, PaymentMethod, required=False, **kwargs)
        self.type = ChoicesField.__name__  # by which the page knows how to show it

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """The values as the column keeps them."""
        super().post_validate(form, validation_stopped)
        self.data = [method.value for method in self.data] or None


def allowed_methods(offering: Any) -> str:
    """What something may be paid with, as a card tells it."""
    if offering.payment_methods is None:
        return _("alle erlaubten")
    return ", ".join(PaymentMethod(value).label for value in offering.payment_methods)


METHODS = Column("payment_methods", m("Zahlungsmethoden"), value=allowed_methods)
METHOD_FIELD: dict[str, Any] = {"payment_methods": MethodsField}


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
