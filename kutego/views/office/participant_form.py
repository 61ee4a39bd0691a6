"""The form of a participant with the house's own fields, saved in one go (spec PAR-11)."""

from typing import Any

from flask_admin.helpers import get_form_data

from kutego.models import FieldTarget, Participant
from kutego.operations.participants import save_participant
from kutego.views.office.custom_columns import values_of
from kutego.views.office.custom_inputs import defaults, entered, inputs
from kutego.views.office.custom_known import fields_of
from kutego.views.panel import actor


class WithOwnFields:
    """Part of a view of participants: more fields in the form."""

    def create_form(self, obj: Any = None) -> Any:
        """The empty form."""
        return self._form(self._create_form_class, None)  # type: ignore[attr-defined]

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a participant with what stands in their fields."""
        return self._form(self._edit_form_class, obj)  # type: ignore[attr-defined]

    def _form(self, kind: Any, participant: Participant | None) -> Any:
        fields = fields_of(FieldTarget.PARTICIPANT)
        values = values_of(participant, fields) if participant is not None else {}
        extended = type(kind.__name__, (kind,), inputs(fields, values))
        return extended(get_form_data(), obj=participant, data=defaults(fields, values))

    def saved(self, record: Any, values: dict[str, Any], *, revision: int | None) -> Any:
        """Columns and own fields, or nothing of it."""
        fields = entered(values, fields_of(FieldTarget.PARTICIPANT))
        columns = {name: v for name, v in values.items() if not name.startswith("custom_")}
        return save_participant(record, columns, fields=fields, revision=revision, by=actor())
