"""The page of one document with lines: add and remove lines, preview, save, issue."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, request

from kutego.db import Base
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Customer
from kutego.money import ZERO
from kutego.operations.submissions import once
from kutego.views.office.position_form import PositionsForm
from kutego.views.office.position_outcome import WithOutcome
from kutego.views.office.position_preview import Preview
from kutego.views.panel import RecordView, place_of
from kutego.views.panel.questions import WithQuestions
from kutego.views.security import own_path


class PositionPage(WithOutcome, WithQuestions):
    """One document being written for `customer`; `record` is the stored one, if there is one."""

    form_class: type[PositionsForm] = PositionsForm
    template = ""
    actions: tuple[tuple[str, str], ...] = ()  # what is pressed, and the word on it; first: main

    heading = done = ""

    def __init__(self, view: RecordView, customer: Customer, record: Any = None) -> None:
        self.view, self.customer, self.record = view, customer, record

    @property
    def back(self) -> str:
        """Where the user came from, or the record, or the list."""
        if (path := own_path()) is not None:
            return path
        return self.view.record_url(self.record) if self.record else self.view.list_url

    @property
    def paid(self) -> Decimal:
        """What the stored document has settled already."""
        return ZERO

    def due(self, preview: Preview) -> Decimal:
        """What remains to be paid."""
        return max(preview.due - self.paid, ZERO)

    def stored(self) -> list[Any]:
        """The lines of the stored document."""
        return []

    def initial(self) -> dict[str, Any]:
        """What stands in the fields besides the lines when the form is opened."""
        return {"payment_method": self.customer.payment_method}

    def perform(self, wish: str, form: Any, confirmed: frozenset[str]) -> Base:
        """Call the operations that the pressed button stands for."""
        raise NotImplementedError

    def after(self, made: Any) -> str:
        """Where to go when it is done."""
        return place_of(made) or self.view.list_url

    def answer(self) -> Any:
        """Show the form, change its lines, or do what it asks for."""
        form = self._form()
        if not form.is_submitted():
            form.glance()
            return self._show(form, 200)
        wish = request.form.get("do", "preview")
        if form.change_rows(wish):
            form.glance()
            return self._show(form, 422 if form.newcomer.errors else 200)
        if wish == "totals":
            return self._totals(form)
        if not form.validate():
            return self._show(form, 422)
        return self._attempt(form, wish)

    def _form(self) -> Any:
        stored = self.stored()
        names = [field for field in self.form_class.line_names() if stored]
        lines = [{name: getattr(line, name) for name in names} for line in stored]
        data = {**self.initial(), "positions": lines}
        return self.form_class(customer=self.customer, stored=stored, data=data)

    def _attempt(self, form: Any, wish: str) -> Any:
        try:
            form.look_ahead()
            if wish not in dict(self.actions):
                return self._show(form, 200)
            lines = repr(form.inputs())
            confirmed = self.answers(lines)
            made = once(form.submission.data, lambda: self.perform(wish, form, confirmed))
        except NeedsConfirmation as question:
            self.ask(question, lines)
            return self._show(form, 200)
        except DomainError as refusal:
            form.blame(refusal)
            return self._show(form, 422)
        flash(self.done_with(wish), "success")
        return redirect(self.after(made))

    def done_with(self, wish: str) -> str:
        """The sentence of the toast."""
        return self.done

    def _totals(self, form: Any) -> Any:
        """Only the totals, for a browser that asks while somebody is writing."""
        form.validate()
        form.glance()
        return self.view.render("office/positions/totals.html", page=self, form=form)

    def _show(self, form: Any, status: int) -> Any:
        shown = self.view.render(
            self.template, page=self, form=form, record=self.record, customer=self.customer,
            told=form.choices.told(),
        )  # fmt: skip
        return shown, status
