"""Views of participants in the words of the house, with its fields of its own (PAR-02, ADM-08)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kutego.models import FieldTarget, company
from kutego.views.office.custom_columns import custom_cards, custom_columns
from kutego.views.office.custom_filters import custom_filters
from kutego.views.office.house_words import worded
from kutego.views.panel import Card, Column
from kutego.views.panel.filters import Filter


def named() -> Mapping[str, str | None]:
    """The fields whose names are settings of the house; one without a name is not asked for."""
    house = company()
    return {
        "first_name": house.participant_first_name_label,
        "last_name": house.participant_last_name_label,
        "breed": house.participant_breed_label,
        "level": house.participant_level_label,
    }


class WithHouseWords:
    """Part of a view of participants: the house's names for fields, and its fields of its own."""

    title = worded("{participants}")
    one = worded("{participant}")

    def column_map(self) -> dict[str, Column]:
        """Named as the house names them; without what it does not ask for."""
        known: dict[str, Column] = super().column_map()  # type: ignore[misc]  # of the view
        own = {column.key: column for column in custom_columns(FieldTarget.PARTICIPANT)}
        return {**self._named(known), **own}

    def filter_map(self) -> dict[str, Filter]:
        """The filters under the same names."""
        known: dict[str, Filter] = super().filter_map()  # type: ignore[misc]  # of the view
        own = {each.key: each for each in custom_filters(FieldTarget.PARTICIPANT)}
        return {**self._named(known), **own}

    def shown_cards(self) -> list[Card]:
        """The cards of the declaration, and the one of the house's own fields."""
        cards = super().shown_cards()  # type: ignore[misc]  # of the view
        return [*cards, *custom_cards(FieldTarget.PARTICIPANT)]

    def _named(self, known: Mapping[str, Any]) -> dict[str, Any]:
        labels = named()
        return {
            key: replace(each, label=labels[key]) if key in labels else each
            for key, each in known.items()
            if labels.get(key, each.label)
        }

    def _stripped(self, form: Any) -> Any:
        form = super()._stripped(form)  # type: ignore[misc]  # of the view
        for key, label in named().items():
            if not label:
                del form[key]
            elif key in form:
                form[key].label.text = label
        return form
