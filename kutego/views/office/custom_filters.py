"""The house's own fields as filters of customers and participants (spec CUS-06, ADM-08)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kutego.models import Customer, CustomField, CustomValue, FieldKind, FieldTarget, Participant
from kutego.money import percent
from kutego.texts import gettext as _
from kutego.views.office.custom_known import PREFIX, fields_of
from kutego.views.panel import AmountFilter, DateFilter, TextFilter
from kutego.views.panel.fields import decimal_from
from kutego.views.panel.filters import Filter


def custom_filters(target: FieldTarget) -> list[Filter]:
    """A filter for each field in use that the user may see."""
    return [FILTERS[field.kind](field) for field in fields_of(target)]


class OfField(Filter):
    """Those in whose field stands what the filter asks for; the key names the field."""

    def condition(self, model, values):
        return self.among(model, self.where_column(self.column, values))

    def among(self, model: Any, *conditions: Any) -> Any:
        """The customers or participants with such a value."""
        mine = CustomValue.field_id == int(self.key.removeprefix(PREFIX))
        if model is Participant:
            return Participant.id.in_(select(CustomValue.participant_id).where(mine, *conditions))
        own = select(CustomValue.customer_id).where(mine, CustomValue.participant_id.is_(None))
        return Customer.id.in_(own.where(*conditions))


class FieldText(OfField, TextFilter):
    """The text contains what was typed."""


class FieldDate(OfField, DateFilter):
    """A day from and to."""


class FieldNumber(OfField, AmountFilter):
    """A number from and to, with a decimal comma."""

    def shown(self, text):
        return percent(decimal_from(text))


@dataclass(frozen=True)
class FieldChoice(OfField):
    """One or several of the possibilities."""

    options: tuple[str, ...] = ()

    kind = "choice"

    def where_column(self, column, values):
        return column.in_(values[""])

    def choices(self):
        return [(option, option) for option in self.options]


class FieldFlag(OfField):
    """Yes, no, or neither of them."""

    kind = "choice-one"

    def condition(self, model, values):
        self.told(values)
        wanted = {"yes": True, "no": False}.get(values[""][0])
        if wanted is None:
            return ~self.among(model)
        return self.among(model, self.column.is_(wanted))

    def told(self, values):
        return dict(self.choices())[values[""][0]]

    def choices(self):
        return [("yes", _("Ja")), ("no", _("Nein")), ("none", _("keine Angabe"))]


class FieldFile(FieldFlag):
    """Whether there is a file."""

    def condition(self, model, values):
        self.told(values)
        return self.among(model) if values[""][0] == "yes" else ~self.among(model)

    def choices(self):
        return [("yes", _("vorhanden")), ("no", _("fehlt"))]


FILTERS: dict[FieldKind, Callable[[CustomField], Filter]] = {
    FieldKind.TEXT: lambda f: FieldText(f.key, f.label, column=CustomValue.text),
    FieldKind.LONG_TEXT: lambda f: FieldText(f.key, f.label, column=CustomValue.text),
    FieldKind.NUMBER: lambda f: FieldNumber(f.key, f.label, column=CustomValue.number),
    FieldKind.DATE: lambda f: FieldDate(f.key, f.label, column=CustomValue.day),
    FieldKind.YES_NO: lambda f: FieldFlag(f.key, f.label, column=CustomValue.flag),
    FieldKind.CHOICE: lambda f: FieldChoice(
        f.key, f.label, column=CustomValue.text, options=tuple(f.options)
    ),
    FieldKind.FILE: lambda f: FieldFile(f.key, f.label, column=CustomValue.text),
}
