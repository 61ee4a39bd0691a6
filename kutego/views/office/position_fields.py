"""Fields that only invoices and offers have: quantity, tax rate, the lines themselves."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from wtforms import FieldList, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.widgets import HiddenInput

from kutego.labelled import Labelled
from kutego.money import percent
from kutego.operations.positions import LINES
from kutego.operations.pricing import RATES
from kutego.texts import gettext as _
from kutego.views.panel import ChoiceField, MoneyField, PanelForm, RecordField

STANDARD = Decimal("19.00")


class GermanMeta(DefaultMeta):
    """A form inside a form: without a token of its own."""

    locales = ("de",)
    get_translations = PanelForm.Meta.get_translations


class QuantityField(MoneyField):
    """A number with up to two decimal places: `1`, `2,5`."""

    suffix = ""

    def shown(self, value: Decimal) -> str:
        return percent(value)

    named = shown


class RateField(SelectField):
    """One of the tax rates."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        choices = [SelectChoice(str(rate), f"{percent(rate)}\u00a0%") for rate in RATES]
        kwargs.setdefault("default", STANDARD)
        super().__init__(label, choices=choices, coerce=Decimal, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        rates = {str(rate): rate for rate in RATES}
        if valuelist and valuelist[0] not in rates:
            raise ValueError(_("Bitte aus der Liste wählen."))
        self.data = rates[valuelist[0]] if valuelist else STANDARD


class KindField(ChoiceField):
    """The kind of a line: given with the line, never changed."""

    widget = HiddenInput()

    def _value(self) -> str:
        return self.data.value if isinstance(self.data, Labelled) else str(self.data or "")


class PickField(RecordField):
    """A record that only some kinds of lines need; which ones, the operation knows."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, required=False, as_id=True, **kwargs)

    def iter_choices(self) -> Iterator[Any]:
        nothing, *records = super().iter_choices()
        nothing = nothing._replace(label=_("– bitte wählen –"))
        return iter([nothing, *records])


class RowsField(FieldList):
    """Any number of lines, up to one more than a document may have, so that it can say so."""

    def __init__(self, unbound_field: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(unbound_field, label, max_entries=LINES + 1, **kwargs)

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        """Only plain numbers: WTForms takes every digit of Unicode and fails on some."""
        pattern = re.compile(re.escape(prefix) + r"-(\d{1,4})-\w+", re.ASCII)
        for name in formdata:
            if found := pattern.fullmatch(name):
                yield int(found[1])

    @property
    def rows(self) -> list[Any]:
        """The forms of the lines."""
        return [entry.form for entry in self.entries]
