"""What the list and record of customers show beyond what stands in the declaration."""

from typing import Any

from kutego.models import Customer, FieldTarget, company
from kutego.texts import gettext as _
from kutego.views.office.custom_columns import custom_cards, custom_columns
from kutego.views.office.custom_filters import custom_filters
from kutego.views.office.customer_extras import lead_badge
from kutego.views.panel import Badge, Card, Column
from kutego.views.panel.filters import Filter


class WithDetails:
    """Part of the view of customers: the house's own fields, and who is only a lead so far."""

    def column_map(self) -> dict[str, Column]:
        """The columns of the declaration and those of the house's own fields."""
        known: dict[str, Column] = super().column_map()  # type: ignore[misc]  # of the view
        return known | {column.key: column for column in custom_columns(FieldTarget.CUSTOMER)}

    def filter_map(self) -> dict[str, Filter]:
        """The filters of the declaration and those of the house's own fields."""
        known: dict[str, Filter] = super().filter_map()  # type: ignore[misc]  # of the view
        return known | {filter_.key: filter_ for filter_ in custom_filters(FieldTarget.CUSTOMER)}

    def shown_cards(self) -> list[Card]:
        """The cards of the declaration, and the one of the house's own fields."""
        return [*super().shown_cards(), *custom_cards(FieldTarget.CUSTOMER)]  # type: ignore[misc]  # of the view

    def badges(self, record: Customer) -> list[Badge]:
        """The state, whether there is nothing yet but the record, and whether mail comes back."""
        known: list[Badge] = super().badges(record)  # type: ignore[misc]  # of the view
        lead = lead_badge(record)
        bounces = Badge(_("E-Mail unzustellbar"), "danger") if record.email_problem else None
        return [*known, *filter(None, (lead, bounces))]

    def record_context(self, record: Customer) -> dict[str, Any]:
        """Where participants are, to offer the first one as long as there is none (spec CUS-14)."""
        may: bool = self.may_edit  # type: ignore[attr-defined]  # of the view
        return {
            "participants": self.tab_url(record, "participants") if may else None,  # type: ignore[attr-defined]
            "participant_word": company().participant_word,
        }
