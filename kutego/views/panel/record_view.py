"""A list and a page per record, declared. What changes a record is an operation behind a button."""

from typing import Any

from flask import abort
from flask_admin import expose

from kutego.views.panel.button_page import ButtonPages
from kutego.views.panel.list_pages import ListPages
from kutego.views.panel.master_data import MasterDataPages
from kutego.views.panel.preferences import PreferencePages
from kutego.views.panel.record_page import RecordPage


class RecordView(ListPages, PreferencePages, ButtonPages, MasterDataPages):
    """See `kutego.views.panel` for everything that can be declared."""

    @expose("/<int(max=2147483647):record_id>/")
    def record_view(self, record_id: int) -> Any:
        """The page of one record."""
        record = self.get_one(record_id) if self.has_records else None
        if record is None:
            abort(404)
        page = RecordPage(self, record)
        return self.render(
            self.record_template, record=record, page=page, **self.record_context(record)
        )

    def record_context(self, record: Any) -> dict[str, Any]:
        """Hook: what the record's template gets besides the record and its page."""
        return {}
