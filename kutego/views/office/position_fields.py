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
MANY = 15  # a longer list is searched rather than scrolled


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

    def offer(self, records: list[Any], is_cut: bool) -> None:
        """Hold these; the browser searches in a long list, and asks for the rest of a cut one."""
        self.records = records
        if is_cut or len(records) > MANY:
            self.render_kw = {"data-search": "all" if is_cut else "here"}

    def iter_choices(self) -> Iterator[Any]:
        nothing, *records = super().iter_choices()
        words = _("– bitte wählen –") if records else _("– noch nichts zu wählen –")
        nothing = nothing._replace(label=words)
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

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read the lines in the order in which they were sent: a browser moves them as they are."""
        super().process(formdata, *args, **kwargs)
        sent = list(dict.fromkeys(self._extract_indices(self.name, formdata or ())))
        if sent:
            numbered = zip(sorted(sent), self.entries, strict=False)  # the last may be too many
            places = {entry: sent.index(number) for number, entry in numbered}
            self.entries.sort(key=places.__getitem__)
            self._compact_indices()

    def change(self, verb: str, at: int) -> None:
        """Take the line out (`remove`) or let it change places with the next one (`up`, `down`)."""
        if at >= len(self.entries):
            return
        entry = self.entries.pop(at)
        if verb != "remove":
            self.entries.insert(max(at + (1 if verb == "down" else -1), 0), entry)
        self._compact_indices()

    @property
    def rows(self) -> list[Any]:
        """The forms of the lines."""
        return [entry.form for entry in self.entries]
