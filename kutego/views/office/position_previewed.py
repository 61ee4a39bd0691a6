"""The part of a form with lines that adds them up while somebody is writing."""

from typing import Any

from kutego.models import Customer
from kutego.money import ZERO
from kutego.views.office.position_completion import complete
from kutego.views.office.position_fields import RowsField
from kutego.views.office.position_preview import Preview, preview


class Previewed:
    """Needs the customer, the rows, and the lines as the operation takes them."""

    customer: Customer
    positions: RowsField
    preview: Preview | None = None
    inputs: Any  # of the form
    _fields: dict[str, Any]

    @property
    def amounts(self) -> list[Any]:
        """What each line comes to, None where that is not known yet."""
        found = iter(self.preview.amounts if self.preview else ())
        return [next(found, None) if row.is_priced else None for row in self.positions.rows]

    def look_ahead(self) -> None:
        """Work out the totals; refuses what could not be saved."""
        self.preview = preview(self.customer, self.inputs(), credit=self.credit_wish)

    def glance(self) -> None:
        """The totals of what was typed so far; what is wrong is told when it is saved."""
        for row in self.positions.rows:
            complete(row)
        usable = not any(row.errors for row in self.positions.rows)
        lines = [row.input() for row in self.positions.rows if row.is_priced]
        if usable and lines:
            wish = self.credit_wish
            self.preview = preview(self.customer, lines, credit=wish, is_strict=False)

    @property
    def credit_wish(self) -> Any:
        """How much credit is to be set off, where the form asks for it."""
        field = self._fields.get("credit")
        return (field.data if field is not None else None) or ZERO
