"""The form of an invoice or offer around its lines."""

from collections.abc import Sequence
from typing import Any

from wtforms import FormField, HiddenField

from kutego.errors import DomainError
from kutego.models import Customer, PaymentMethod, PositionKind
from kutego.operations.positions import LINES, PositionInput
from kutego.operations.registration_fees import with_fees
from kutego.texts import gettext as _
from kutego.views.office.payment_choice import offer_methods
from kutego.views.office.position_blame import WithBlame
from kutego.views.office.position_choices import Choices
from kutego.views.office.position_completion import ONE, complete, lacking
from kutego.views.office.position_discounts import WithHolderDiscount
from kutego.views.office.position_fields import RowsField
from kutego.views.office.position_kinds import BY_HAND, KINDS
from kutego.views.office.position_newcomer import WithNewcomer
from kutego.views.office.position_previewed import Previewed
from kutego.views.office.position_rows import PositionRow
from kutego.views.panel import CheckField, ChoiceField, PanelForm, today

WISHES = {f"add-{kind.value}": kind for kind in BY_HAND}


class PositionsForm(WithBlame, WithNewcomer, Previewed, WithHolderDiscount, PanelForm):
    """Lines for one customer. `document` is the stored draft, offer or invoice, if there is one."""

    revision = HiddenField()
    positions = RowsField(FormField(PositionRow), "Positionen")
    payment_method = ChoiceField("Zahlungsmethode", PaymentMethod)
    method_locked = CheckField(
        "Zahlungsmethode einschränken",
        description="Mit Haken gibt es nur diese; ohne ist sie vorgeschlagen, und der Kunde kann "
        "unter den erlaubten wechseln.",
    )

    is_issued = False  # whether the lines stand on an issued invoice
    kinds = tuple(KINDS.values())  # what can be added

    def __init__(
        self, *args: Any, customer: Customer, stored: Sequence[Any] = (), **kwargs: Any
    ) -> None:
        self.customer, self.stored = customer, list(stored)
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Fill the lists of every line; a new form begins with none, and asks what is sold."""
        stored = self.payment_method.object_data if self.stored else None
        offer_methods(self.payment_method, stored, wished=self.customer.payment_method)
        self.offer_lists()

    def offer_lists(self) -> None:
        """Fill the lists of every line with what is sold, and to whom."""
        self.choices = Choices(
            self.customer, self.stored, today(), [row.data for row in self.positions.rows]
        )
        known = {position.key: position for position in self.stored}
        for row in self.positions.rows:
            row.offer(self.choices, known, self.is_issued)

    @staticmethod
    def line_names() -> list[str]:
        """The names of the fields of a line."""
        return [name for name, _field in PositionRow()._fields.items()]

    def fresh(self, kind: PositionKind) -> dict[str, Any]:
        """A new line, with the customer's discount already in it (spec CUS-26)."""
        found = self.choices.of("participant_id")
        return {
            "kind": kind,
            "quantity": None if kind is PositionKind.ROOM else ONE,  # of a room the hours
            "discount_percent": self.discount_for(kind),
            "participant_id": found[0].id if len(found) == 1 else None,
        }

    def blank(self, kind: PositionKind) -> PositionRow:
        """An empty line for the browser to copy; `__n__` stands for its number."""
        row = PositionRow(prefix="positions-__n__-", data=self.fresh(kind))
        row.offer(self.choices, {}, self.is_issued)
        return row

    def change_rows(self, wish: str) -> bool:
        """Do what was pressed beside the lines: `add-course`, `remove-2`, `up-2`, `newcomer`."""
        verb, _dash, what = wish.partition("-")
        if wish == "newcomer":
            self.take_newcomer_in()
        elif (kind := WISHES.get(wish)) is not None:
            if len(self.positions.entries) < LINES:
                self.positions.append_entry(self.fresh(kind))
                self.positions.rows[-1].offer(self.choices, {}, self.is_issued)
        elif verb in ("remove", "up", "down") and what.isascii() and what.isdigit():
            self.positions.change(verb, int(what))
        else:
            return False
        return True

    def inputs(self) -> list[PositionInput]:
        """The lines for the operation; lines without any content are left out."""
        filled = [row for row in self.positions.rows if not row.is_blank]
        for row in filled:
            complete(row)
        for place, row in enumerate(filled, start=1):
            if missing := lacking(row):
                raise DomainError(_("Position %(place)s: ", place=place) + missing)
        return with_fees([row.input() for row in filled])

    @property
    def opened_revision(self) -> int | None:
        """The revision that the form was opened with."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
