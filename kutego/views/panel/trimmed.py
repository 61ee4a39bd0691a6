"""What of Flask-Admin is left out: its list, its writers, scaffolding of what nobody declared."""

from typing import Any


class Trimmed:
    """Before `ModelView` in the bases. None takes a page off the URL map.

    All of Flask-Admin's pages stand here, also those we write anew: its metaclass copies every
    page it finds into every class, so that one left in would hide ours in a sister class.
    """

    can_create = can_edit = can_delete = can_view_details = can_export = False
    column_editable_list = None

    index_view = create_view = edit_view = None  # see ListPages and MasterDataPages
    action_view = None  # mass actions are buttons
    ajax_lookup = None  # whole tables were readable by anyone who could open the view
    ajax_update = None  # wrote past `can_edit`
    delete_view = None
    details_view = None  # our record page has the id in its path
    export = None  # ours streams

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse at import what would write past the operations."""
        super().__init_subclass__(**kwargs)
        for name in ("column_editable_list", "inline_models", "can_delete"):
            if getattr(cls, name, None):
                raise TypeError(f"{cls.__name__}.{name}: what changes a record is an operation")
        if any(hasattr(getattr(cls, name, None), "_action") for name in vars(cls)):
            raise TypeError(f"{cls.__name__}: declare a Button, not an @action")

    def init_actions(self) -> None:
        """No actions of Flask-Admin's kind."""
        self._actions: list[Any] = []
        self._actions_data: dict[str, Any] = {}

    def scaffold_list_columns(self) -> list[Any]:
        return []

    def scaffold_sortable_columns(self) -> dict[str, Any]:
        return {}

    def scaffold_auto_joins(self) -> list[Any]:
        return []

    def init_search(self) -> bool:
        return False
