"""The page of a button: its form, what it would do, the second question, the refusal, the toast."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, request
from flask_admin import expose
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from kutego.db import Base
from kutego.errors import DomainError, NeedsConfirmation
from kutego.operations.submissions import once
from kutego.texts import gettext as _
from kutego.views.panel.button import Button, Line, Place, total
from kutego.views.panel.declared import Declared
from kutego.views.panel.digest import digest
from kutego.views.panel.forms import PanelForm
from kutego.views.panel.mass import MassPage
from kutego.views.panel.places import place_of, toast
from kutego.views.panel.questions import WithQuestions
from kutego.views.security import own_path


class ButtonPage(WithQuestions):
    """`button` pressed on `records`: none for a button of the list, else one."""

    def __init__(self, view: Declared, button: Button, record: Base | None) -> None:
        self.view, self.button, self.record = view, button, record
        self.preview: list[Line] = []
        self.seen = ""

    @property
    def subject(self) -> Any:
        """What the operation gets first: the record, a list of one, a tab's parent, or nothing."""
        if self.button.place is Place.LIST:
            return self.view.parent()
        if self.button.place is Place.IDS:
            return [self.record.id] if self.record is not None else []
        return [self.record] if self.button.place is Place.TOGETHER else self.record

    @property
    def origin(self) -> str:
        """Where the button was pressed, where the address says so."""
        return own_path() or ""

    @property
    def back(self) -> str:
        """Where the user came from, or the page of the record."""
        if self.origin:
            return self.origin
        return self.view.list_url if self.record is None else self.view.record_url(self.record)

    def answer(self) -> Any:
        """Show the form, or do what it asks for."""
        records = [r for r in (self.record or self.view.parent(),) if r is not None]
        kind = self.button.form_for(many=False)
        form = kind(records=records, data=kind.initial(records))
        if not form.is_submitted():
            self._first_look(form)
            return self._show(form)
        if not form.validate():
            self._glance(form)
            return self._show(form)
        return self._attempt(form)

    def _attempt(self, form: PanelForm) -> Any:
        arguments = form.values()
        try:
            if not self._look_ahead(form):
                return self._show(form)
            confirmed = self.answers(arguments)
            made = once(
                form.submission.data,
                lambda: self.button.run(
                    self.subject, {**arguments, **self.button.given(confirmed)}
                ),
            )
        except NeedsConfirmation as question:
            self.ask(question, arguments)
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
        except IntegrityError:
            form.form_errors.append(_("Das gibt es schon, oder es wird noch gebraucht."))
        else:
            flash(toast(self.button.done, None if made is self.record else made), "success")
            return redirect(self.after(made))
        return self._show(form)

    def after(self, made: Any) -> str:
        """Where to go next: to what a button of the list made, to the list, or back."""
        if self.button.place is Place.LIST and not self.origin:
            return place_of(made) or self.back
        if self.record is not None and inspect(self.record).detached:
            return self.view.list_url  # the record is gone
        return self.back

    def _first_look(self, form: PanelForm) -> None:
        """A form that asks nothing shows at once what would be done."""
        if form.shown_fields:
            return
        try:
            self._look_ahead(form)
        except DomainError as refusal:
            form.form_errors.append(str(refusal))

    def _glance(self, form: PanelForm) -> None:
        """A preview that follows what is chosen does not wait for the reason to be typed."""
        if self.button.live and set(form.errors) == {"reason"}:
            with suppress(DomainError):
                self._look_ahead(form)
                self.seen = ""

    def _look_ahead(self, form: PanelForm) -> bool:
        """Work out the preview; whether the user has seen exactly this one already."""
        arguments = form.values()
        given = {n: v for n, v in self.button.given(frozenset()).items() if n == "on"}
        self.preview = self.button.lines(self.subject, {**arguments, **given})
        self.seen = digest([str(line) for line in self.preview]) if self.button.preview else ""
        return request.form.get("seen", "") == self.seen

    def _show(self, form: PanelForm) -> Any:
        status = 422 if form.is_submitted() and (form.errors or form.form_errors) else 200
        page = self.view.render(
            self.button.template, page=self, form=form, button=self.button, record=self.record,
            parent=self.view.parent(), total=total(self.preview),
        )  # fmt: skip
        return page, status


class ButtonPages(Declared):
    """Part of `RecordView`: the menu of a row and the three addresses of buttons."""

    @expose("/<int(max=2147483647):record_id>/menu/")
    def menu_view(self, record_id: int) -> Any:
        """What can be done with one record: fetched when its menu is opened.

        In the list itself the menus of all rows were three quarters of the page.
        """
        record = self.get_one(record_id) or abort(404)
        part = "part" in request.args
        return self.render(
            "office/panel/menu_entries.html" if part else "office/panel/menu.html",
            view=self, record=record, buttons=self.offered_for(record),
            back=f"?{urlencode({'url': own_path() or self.list_url})}",
        )  # fmt: skip

    @expose("/<int(max=2147483647):record_id>/<verb>/", methods=("GET", "POST"))
    def button_view(self, record_id: int, verb: str) -> Any:
        """A button on one record."""
        button = self._button(verb, Place.RECORD, Place.TOGETHER, Place.IDS)
        record = self.get_one(record_id)
        if record is None:
            abort(404)
        return ButtonPage(self, button, record).answer()

    @expose("/do/<verb>/", methods=("GET", "POST"))
    def list_button_view(self, verb: str) -> Any:
        """A button of the list, which needs no record."""
        return ButtonPage(self, self._button(verb, Place.LIST), None).answer()

    @expose("/mass/<verb>/", methods=("GET", "POST"))
    def mass_button_view(self, verb: str) -> Any:
        """A button on a selection, or on all rows of the filter."""
        button = self._button(verb, Place.RECORD, Place.TOGETHER, Place.IDS)
        if not button.is_mass:
            abort(404)
        return MassPage(self, button).answer()

    def _button(self, verb: str, *places: Place) -> Button:
        button = next((b for b in self.buttons if b.name == verb and b.place in places), None)
        if button is None:
            abort(404)
        self.require(button.right)
        return button
