"""Views whose records are written line by line: which customer first, then the lines."""

from typing import Any

from flask import Response, abort, jsonify, redirect, request
from flask_admin import expose
from flask_login import current_user

from kutego.db import db
from kutego.models import Customer
from kutego.texts import gettext as _
from kutego.views.office.position_choices import SEARCHED, find
from kutego.views.office.position_page import PositionPage
from kutego.views.office.position_told import found
from kutego.views.panel import LookupField, PanelForm, RecordView, today


class CustomerForm(PanelForm):
    customer = LookupField("Kunde", Customer)


def chosen_customer(view: RecordView) -> Customer | None:
    """The customer that the address names, if there is one."""
    text = request.args.get("customer", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return db.session.get(Customer, int(text)) or abort(404)


class PositionPages(RecordView):
    """Part of views whose records are written line by line; comes before `RecordView`."""

    new_page: type[PositionPage] = PositionPage

    @property
    def may_create(self) -> bool:
        """Whether the user may open the empty form."""
        return current_user.is_authenticated and self.may(self.edit_right)

    @expose("/choices/")
    def choices(self) -> Response:
        """What is sold and has the words `q` in its name, for the list of a line that holds more.

        As JSON, with what it brings into the line.
        """
        self.require(self.edit_right)
        field = request.args.get("field", "")
        words = request.args.get("q", "").replace("\x00", "")[:100]
        return jsonify(found(find(field, words, today()))) if field in SEARCHED else abort(404)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Ask for the customer first, then for the lines."""
        self.require(self.edit_right)
        customer = self.parent() or chosen_customer(self)
        if customer is not None:
            return self.new_page(self, customer).answer()
        form = CustomerForm()
        if form.validate_on_submit():
            return redirect(self.url_to("create_view", customer=form.customer.data.id))
        title = _("%(one)s anlegen", one=self.one)
        return self.render("office/positions/customer.html", form=form, title=title)
