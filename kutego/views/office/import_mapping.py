"""Which column of a file holds what: one choice for each field that can be imported."""

from typing import Any

from flask_login import current_user
from wtforms import Field

from kutego.models import CustomerImport, Right
from kutego.operations.import_fields import FIELDS
from kutego.views.panel import PanelForm

NONE = ""
BANK = {"iban", "bic", "account_holder"}


class MappingField(Field):
    """A select `mapping-<field>` for each field; the value is `{field: place of the column}`."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the chosen columns; what is no number is no column."""
        self.process_errors, self.raw_data = list[str](), list[str]()
        self.data = dict(data) if isinstance(data, dict) else {}
        if formdata:
            start = f"{self.name}-"
            given = {k.removeprefix(start): v for k, v in formdata.items() if k.startswith(start)}
            self.data = {n: int(v) for n, v in given.items() if v.isascii() and v.isdigit()}


class MappingForm(PanelForm):
    mapping = MappingField()

    @classmethod
    def initial(cls, records: Any) -> dict[str, Any]:
        return {"mapping": records[0].mapping} if records else {}

    @property
    def choices(self) -> list[tuple[Any, int | None]]:
        """Every field with the column chosen for it."""
        may_bank = current_user.may(Right.BANK_DATA)
        fields = [f for f in FIELDS[self.import_.kind] if may_bank or f.name not in BANK]
        return [(field, self.mapping.data.get(field.name)) for field in fields]

    @property
    def import_(self) -> CustomerImport:
        """The import that it is about."""
        return self.record
