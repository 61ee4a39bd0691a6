"""The form of a customer with what hangs on the record: groups, mandate, the house's own fields."""

from typing import Any
from urllib.parse import urlencode

from flask import flash, g
from flask_admin.helpers import get_form_data
from sqlalchemy import inspect

from kutego.models import Customer, FieldTarget, Right
from kutego.operations.customer_record import Beside, save_customer
from kutego.operations.reissues import outdated_invoices, printed
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.custom_columns import values_of
from kutego.views.office.custom_inputs import defaults, entered, inputs
from kutego.views.office.custom_known import fields_of
from kutego.views.office.group_choice import offer_groups
from kutego.views.panel import DateField, RecordsField, TextField, actor, today

GROUPS = {"customer_groups": m("Kundengruppen"), "recipient_groups": m("Empfängergruppen")}
BESIDE = (*GROUPS, "mandate_signed_on", "mandate_reference")


class WithBeside:
    """Part of the view of customers: more fields in the form, saved in one go with the columns."""

    def create_form(self, obj: Any = None) -> Any:
        """The empty form, in which a mandate can be noted at once (spec CUS-12)."""
        mandate = {
            "mandate_signed_on": DateField(
                m("SEPA-Mandat unterschrieben am"), required=False, most=today(),
                description=m("Nur mit IBAN. Ein Mandat können Sie auch später erfassen."),
            ),
            "mandate_reference": TextField(
                m("Mandatsreferenz"), required=False, most=35,
                description=m("Leer lassen: Sie wird aus der Kundennummer gebildet."),
            ),
        }  # fmt: skip
        return self._form(self._create_form_class, None, mandate)  # type: ignore[attr-defined]

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a customer with what stands in their fields."""
        return self._form(self._edit_form_class, obj, {})  # type: ignore[attr-defined]

    def _form(self, kind: Any, customer: Customer | None, more: dict[str, Any]) -> Any:
        fields = fields_of(FieldTarget.CUSTOMER)
        values = values_of(customer, fields) if customer is not None else {}
        groups = {name: RecordsField(label, required=False) for name, label in GROUPS.items()}
        extended = type(kind.__name__, (kind,), {**groups, **more, **inputs(fields, values)})
        form = extended(get_form_data(), obj=customer, data=defaults(fields, values))
        offer_groups(form, customer)
        return form

    def saved(self, record: Any, values: dict[str, Any], *, revision: int | None) -> Any:
        """Columns and what hangs on the record, or nothing of it."""
        fields = entered(values, fields_of(FieldTarget.CUSTOMER))
        beside = {name: values.pop(name) for name in BESIDE if name in values}
        columns = {name: v for name, v in values.items() if name in self.form_columns}  # type: ignore[attr-defined]
        before = None if inspect(record).transient else printed(record)
        saved = save_customer(
            record, columns, beside=Beside(fields=fields, **beside), revision=revision, by=actor()
        )
        g.address_changed = before is not None and before != printed(saved)
        return saved

    def after_save(self, record: Any) -> str | None:
        """With another name or address, to the open invoices that bear the old one (CUS-18)."""
        may = self.may(Right.INVOICES_EDIT)  # type: ignore[attr-defined]
        if not (g.get("address_changed") and may and outdated_invoices(record)):
            return None
        flash(
            _("Offene Rechnungen tragen noch die alten Daten. Wenn Sie möchten, stellen Sie sie "
              "jetzt neu aus; sonst gehen Sie einfach zurück."), "info",
        )  # fmt: skip
        page = self.record_url(record)  # type: ignore[attr-defined]
        return f"{page}reissue-invoices/?{urlencode({'url': page})}"
