"""A form field with one closed list per row: how much of each position, what for each person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from kutego.texts import gettext as _


@dataclass(frozen=True)
class Row:
    """A record with its own choices: value and words of each. The first is "nothing chosen"."""

    key: str
    text: str
    choices: Sequence[tuple[str, str]]
    chosen: str = ""

    def id_in(self, field: Field) -> str:
        """Of its select, on the page and when it is sent."""
        return f"{field.name}-{self.key}"


class RowChoicesField(Field):
    """The value is a dict from the keys of the rows to what was chosen; empty where nothing was.

    The form's `prepare` calls `offer` with the rows; `coerce` turns what was sent into the value.
    """

    def __init__(self, label="", *, coerce: Callable[[str], Any] = str, **kwargs):
        super().__init__(label, **kwargs)
        self.coerce = coerce
        self.rows: list[Row] = []
        self.data: dict[str, Any] = {}

    def process(self, formdata, data=None, extra_filters=None):
        """What was sent is read when the rows are known."""
        self.formdata, self.process_errors, self.data = formdata, [], {}

    def offer(self, rows: Sequence[Row]) -> None:
        """The rows to choose for, and what was chosen for them by whoever sent the form."""
        sent = {row.key: (self.formdata or {}).get(row.id_in(self)) or "" for row in rows}
        self.rows = [Row(row.key, row.text, row.choices, sent[row.key]) for row in rows]
        known = {row.key: {value for value, _words in row.choices} for row in rows}
        self.data = {
            key: self.coerce(value) for key, value in sent.items() if value and value in known[key]
        }
        self.unknown = [key for key, value in sent.items() if value and value not in known[key]]

    def post_validate(self, form, validation_stopped):
        if getattr(self, "unknown", None):
            raise ValidationError(_("Bitte aus der Liste wählen."))
