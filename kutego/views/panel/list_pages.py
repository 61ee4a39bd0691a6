"""The pages of a list: the list itself, its filters, its export, its print, its look-up."""

from typing import Any

from flask import Response, jsonify, redirect, request
from flask_admin import expose

from kutego.db import db
from kutego.views.panel.button import Place
from kutego.views.panel.declared import Declared
from kutego.views.panel.export import csv_response
from kutego.views.panel.listing import Listing
from kutego.views.panel.query import ListQuery
from kutego.views.panel.state import ListState

PRINTED = 2_000  # rows of a print view
FOUND = 20  # entries of a look-up


class ListPages(Declared):
    """Part of `RecordView`."""

    def state(self) -> ListState:
        """What the address of this request asks the list to show."""
        return ListState.read(request.args, self.filter_map())

    @expose("/")
    def index_view(self) -> Any:
        """The list; without anything in the address as the view that it opens with."""
        listing = Listing(self, self.state())
        if not request.args and (default := listing.default_view) is not None:
            return redirect(self.view_url(default))  # type: ignore[attr-defined]
        return self.render(
            self.list_template,
            listing=listing,
            list_buttons=self.offered(Place.LIST),
            **self.list_context(listing),
        )

    def list_context(self, listing: Listing) -> dict[str, Any]:
        """Hook: what the list's template gets besides the listing."""
        return {}

    @expose("/filter/")
    def filter_view(self) -> str:
        """All filters of the list, as a page of their own or inside a dialogue."""
        return self.render(
            "office/panel/filter.html", state=self.state(), filters=self.filter_map().values()
        )

    @expose("/export/")
    def export_view(self) -> Response:
        """All rows of the filter as CSV or a workbook, with the columns that the user chose."""
        listing = Listing(self, self.state())
        if request.args.get("format") == "xlsx":
            # openpyxl is slow to import: only who wants a workbook waits for it
            from kutego.views.panel.export_xlsx import MOST_ROWS, xlsx_response

            if listing.count <= MOST_ROWS:
                return xlsx_response(listing)
        return csv_response(listing)

    @expose("/print/")
    def print_view(self) -> str:
        """All rows of the filter on one page for the printer."""
        listing = Listing(self, self.state())
        query = listing.query.loaded(listing.query.rows(), listing.columns).limit(PRINTED)
        rows = list(db.session.scalars(query))
        return self.render("office/panel/print.html", listing=listing, rows=rows)

    @expose("/lookup/")
    def lookup(self) -> Response:
        """Records that contain what was typed, for a search select: `[{id, label}]`."""
        state = ListState(search=(request.args.get("q") or "").replace("\x00", "").strip()[:100])
        rows = ListQuery(self, state).rows().limit(FOUND)
        found = [{"id": r.id, "label": self.looked_up(r)} for r in db.session.scalars(rows)]
        return jsonify(found)

    def looked_up(self, record: Any) -> str:
        """Hook: what the search select shows for `record`."""
        number = getattr(record, "number", None)
        name = str(record)
        return f"{name} ({number})" if number and number != name else name
