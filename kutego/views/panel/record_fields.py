"""Form fields whose values are records: of a short list, several of one, or of a big table."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import Choice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from kutego.db import Base
from kutego.texts import gettext as _
from kutego.views.panel.fields import needed

Load = Callable[[], Iterable[Base]]


class RecordField(SelectField):
    """One record of a short list, given as records or as a function that loads them.

    The form's `prepare` may set `field.records`; the value is the record itself.
    """

    def __init__(self, label="", load: Load | None = None, *, required=True,
                 text: Callable[[Any], str] = str, as_id=False, nothing="", **kwargs):  # fmt: skip
        self.text, self.required, self.as_id = text, required, as_id
        self.nothing = nothing or _("– keine –")
        self.records: list[Base] = []
        super().__init__(label, needed(required, ()), coerce=_id, validate_choice=False, **kwargs)
        if load is not None:
            self.records = list(load())

    def iter_choices(self):
        if not self.required or len(self.records) > 1:
            yield Choice("", _("– bitte wählen –") if self.required else self.nothing, False, {})
        chosen = _id(self.data)
        for record in self.records:
            yield Choice(record.id, self.text(record), record.id == chosen, {})

    def process_data(self, value):
        self.data = _id(value)

    def post_validate(self, form, validation_stopped):
        if self.data is None or self.errors:
            return
        found = next((record for record in self.records if record.id == self.data), None)
        if found is None:
            raise ValidationError(_("Bitte aus der Liste wählen."))
        self.data = found.id if self.as_id else found


class RecordsField(SelectMultipleField):
    """Any number of records of a short list, as checkboxes. The value is the list of records."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label="", load: Load | None = None, *, required=True,
                 text: Callable[[Any], str] = str, **kwargs):  # fmt: skip
        self.text, self.required = text, required
        self.records: list[Base] = []
        super().__init__(label, [], coerce=_id, validate_choice=False, **kwargs)
        if load is not None:
            self.records = list(load())

    def iter_choices(self):
        chosen = {_id(value) for value in self.data or ()}
        for record in self.records:
            yield Choice(record.id, self.text(record), record.id in chosen, {})

    def process_data(self, value):
        self.data = [_id(record) for record in value or ()]

    def post_validate(self, form, validation_stopped):
        known = {record.id: record for record in self.records}
        if any(number not in known for number in self.data or ()):
            raise ValidationError(_("Bitte aus der Liste wählen."))
        if self.required and not self.data:
            raise ValidationError(_("Bitte mindestens einen Eintrag wählen."))
        self.data = [known[number] for number in self.data or ()]


def _id(value: object) -> int | None:
    if isinstance(value, Base):
        return value.id  # type: ignore[attr-defined]  # every record that is chosen has one
    text = str(value or "")
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


class LookupField(StringField):
    """One record of a big table, found while typing. The browser asks the list of `model`.

    Sends `#id`, or what was typed: the exact number of a record. The value is the record, or with
    `as_id` its id. Only records that the user's own list shows can be chosen.
    """

    def __init__(self, label="", model: type[Base] | None = None, *, required=True, as_id=False,
                 **kwargs):  # fmt: skip
        self.model, self.as_id = model, as_id
        super().__init__(label, needed(required, ()), **kwargs)

    @property
    def view(self):
        """The list that the record is looked up in."""
        from kutego.views.panel.places import view_of  # the views know the fields

        return view_of(self.model)

    @property
    def url(self) -> str:
        """Where the browser asks."""
        return self.view.url_to("lookup")

    @property
    def record(self) -> Base | None:
        """The record chosen so far."""
        if isinstance(self.data, Base):
            return self.data
        if isinstance(self.data, int):
            return self.view.get_one(self.data)
        return None

    def _value(self) -> str:
        record = self.record
        return str(self.data or "") if record is None else f"#{_id(record)}"

    def process_formdata(self, valuelist):
        text = (valuelist[0] if valuelist else "").strip()
        self.data = text or None
        if not text:
            return
        if re.fullmatch(r"#\d{1,9}", text, re.ASCII):
            self.data = self.view.get_one(int(text[1:]))
        else:
            self.data = self.view.get_by_number(text)
        if self.data is None:
            self.data = text[:200]
            raise ValueError(_("Nicht gefunden. Bitte einen Eintrag aus der Liste wählen."))
        if self.as_id:
            self.data = self.data.id
