"""The part of a form with lines that adds them up while somebody is writing."""

from decimal import Decimal
from typing import Any

from kutego.models import Customer, Invoice
from kutego.money import ZERO
from kutego.operations.payment_methods import narrowing, narrowing_codes, told_methods
from kutego.operations.positions import PositionInput
from kutego.operations.registration_fees import with_fees
from kutego.operations.voucher_codes import split_codes
from kutego.views.office.position_completion import complete
from kutego.views.office.position_fields import RowsField
from kutego.views.office.position_preview import Preview, preview
from kutego.views.panel import today


class Previewed:
    """Needs the customer, the rows, and the lines as the operation takes them."""

    customer: Customer
    positions: RowsField
    corrected: Invoice | None = None  # an issued invoice, whose codes stay on it
    preview: Preview | None = None
    is_offer = False
    narrowed: tuple[str, ...] = ()  # what of it may not be paid in every way (spec PAY-08)
    inputs: Any  # of the form
    _fields: dict[str, Any]

    @property
    def amounts(self) -> list[Any]:
        """What each line comes to, None where that is not known yet."""
        found = iter(self.preview.amounts if self.preview else ())
        return [next(found, None) if row.is_priced else None for row in self.positions.rows]

    def look_ahead(self) -> None:
        """Work out the totals; refuses what could not be saved."""
        self.preview = self._priced(self.inputs())

    def glance(self) -> None:
        """The totals of what was typed so far; what is wrong is told when it is saved."""
        for row in self.positions.rows:
            complete(row)
        usable = not any(row.errors for row in self.positions.rows)
        lines = with_fees([row.input() for row in self.positions.rows if row.is_priced])
        if usable and lines:
            self.preview = self._priced(lines, is_strict=False)

    @property
    def credit_wish(self) -> Decimal:
        """How much credit is to be set off, where the form asks for it."""
        return self._amount("credit")

    @property
    def code_wish(self) -> list[str]:
        """The codes of vouchers, where the form asks for them."""
        field = self._fields.get("codes")
        return split_codes(field.data) if field is not None else []

    def _priced(self, lines: list[PositionInput], *, is_strict: bool = True) -> Preview:
        found = preview(
            self.customer, lines, codes=self.code_wish, invoice=self.corrected,
            credit=self.credit_wish, down_payment=self._amount("down_payment"),
            is_strict=is_strict, is_offer=self.is_offer, on=today(),
        )  # fmt: skip
        offerings = [*narrowing(lines), *(narrowing_codes(found.codes) if found.due else ())]
        self.narrowed = tuple(told_methods(offerings))
        return found

    def _amount(self, name: str) -> Decimal:
        field = self._fields.get(name)
        return (field.data if field is not None else None) or ZERO
