"""Somebody who is not known yet, taken in while an invoice or offer is written for them."""

from typing import Any

from flask_login import current_user

from kutego.errors import DomainError
from kutego.models import Customer, Right
from kutego.operations.participants import take_in
from kutego.texts import gettext as _
from kutego.views.office.participant_words import named
from kutego.views.office.position_fields import RowsField
from kutego.views.panel import TextField, actor

FIELDS = {"newcomer": "first_name", "newcomer_last": "last_name"}


class WithNewcomer:
    """Part of the form of lines: nothing that was typed is lost over it."""

    customer: Customer
    positions: RowsField
    offer_lists: Any  # of the form
    _fields: dict[str, Any]

    newcomer = TextField(required=False, most=100)
    newcomer_last = TextField(required=False, most=100)

    @property
    def newcomer_fields(self) -> list[Any]:
        """What is asked of somebody new, in the words of the house; nothing of who may not."""
        if not current_user.may(Right.CUSTOMERS_EDIT):
            return []
        labels = named()
        shown = [self._fields[name] for name, column in FIELDS.items() if labels[column]]
        for field in shown:
            field.label.text = labels[FIELDS[field.name]]
        return shown

    def take_newcomer_in(self) -> None:
        """Put the new one on the lists, and on each line that is for nobody yet."""
        names = {FIELDS[field.name]: field.data or None for field in self.newcomer_fields}
        try:
            if not names.get("first_name"):
                raise DomainError(_("Bitte einen Namen eingeben."))
            made = take_in(self.customer, names, by=actor())
        except DomainError as refusal:
            self._fields["newcomer"].errors = [str(refusal)]
            return
        for row in self.positions.rows:
            if "participant_id" in row and row.participant_id.data is None:
                row.participant_id.data = made.id
        for name in FIELDS:
            self._fields[name].data = None
        self.offer_lists()
