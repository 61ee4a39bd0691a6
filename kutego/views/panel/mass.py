"""A button on many records: ask the form once, freeze the records, run, report each of them."""

from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.money import euro, to_cents
from kutego.operations.runs import start_run, work_run
from kutego.operations.submissions import once
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.formats import german_count
from kutego.views.panel.button import Button, Line, Place, total
from kutego.views.panel.declared import Declared
from kutego.views.panel.digest import digest
from kutego.views.panel.forms import PanelForm, actor, today
from kutego.views.panel.launching import launch
from kutego.views.panel.places import place_of, toast
from kutego.views.panel.query import ListQuery
from kutego.views.panel.questions import WithQuestions
from kutego.views.panel.state import ListState
from kutego.views.security import own_path

AT_ONCE = 50  # records that are worked on while the user waits
LOOKED_AT = 100  # records that a form and a preview look at


class MassPage(WithQuestions):
    """`button` pressed on the chosen rows, or on all rows of the list's filter (`all=1`)."""

    def __init__(self, view: Declared, button: Button) -> None:
        self.view, self.button = view, button
        self.is_all = request.values.get("all") == "1"
        self.list_query = request.values.get("query", "")[:4000].removeprefix("?")
        self.preview: list[Line] = []
        self.notice = ""

    @cached_property
    def ids(self) -> list[int]:
        """The chosen records, within the view's scope."""
        if self.is_all:
            args = MultiDict(parse_qsl(self.list_query))
            return ListQuery(self.view, ListState.read(args, self.view.filter_map())).ids()
        texts = [t for t in request.values.getlist("rowid")[:1000] if t.isascii() and t.isdigit()]
        numbers = [int(text) for text in dict.fromkeys(texts) if len(text) < 10]
        inside = self.view.scope(select(self.view.model.id))
        known = set(db.session.scalars(inside.where(self.view.model.id.in_(numbers))))
        return [number for number in numbers if number in known]

    @cached_property
    def records(self) -> list[Any]:
        """The first records, for the form and the preview."""
        takes_all = self.button.place is Place.TOGETHER
        chosen = self.view.model.id.in_(self.ids[: None if takes_all else LOOKED_AT])
        found = {r.id: r for r in db.session.scalars(select(self.view.model).where(chosen))}
        return [found[number] for number in self.ids if number in found]

    @property
    def chosen(self) -> str:
        """A fingerprint of the chosen records, to notice when the filter finds others."""
        return digest(self.ids)

    @property
    def count(self) -> int:
        """How many records were chosen."""
        return len(self.ids)

    @property
    def back(self) -> str:
        """The list as the user left it."""
        return own_path() or self.view.list_url

    @property
    def _together(self) -> bool:
        return self.button.is_together

    def answer(self) -> Any:
        """Show the form, or start the run that it asks for."""
        if not self.ids:
            flash(_("Bitte wählen Sie zuerst mindestens eine Zeile."), "warning")
            return redirect(self.back)
        asked = request.method == "POST" and "submission" in request.form
        if not asked and self.count == 1 and not self._together:
            came_from = f"?{urlencode({'url': path})}" if (path := own_path()) else ""
            return redirect(f"{self.view.list_url}{self.ids[0]}/{self.button.name}/{came_from}")
        form = self._form(asked)
        if not asked:
            return self._show(form)
        if not form.validate():
            return self._show(form)
        if request.form.get("chosen") != self.chosen:
            self.notice = _(
                "Inzwischen passen andere Zeilen zum Filter. Bitte prüfen Sie die Zahl."
            )
            return self._show(form)
        return self._attempt(form)

    def _form(self, asked: bool) -> PanelForm:
        kind = self.button.form_for(many=self.count > 1)
        formdata = request.form if asked else None
        return kind(formdata, records=self.records, data=kind.initial(self.records))

    def _attempt(self, form: PanelForm) -> Any:
        values = (self.chosen, form.values())
        try:
            if request.form.get("seen", "") != self._look_ahead(form):
                return self._show(form)
            work = self._run_together if self._together else self._start
            made: Any = once(form.submission.data, lambda: work(form))
        except NeedsConfirmation as question:
            self.ask(question, values)
            return self._show(form)
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
            return self._show(form)
        if self._together:
            flash(toast(self.button.done, made), "success")
            return redirect(place_of(made) or self.back)
        if self.count <= AT_ONCE:
            work_run(made.id)
        else:
            launch()
        return redirect(place_of(made) or self.back)

    def _run_together(self, form: PanelForm) -> Any:
        given = self.button.given(self.answers((self.chosen, form.values())))
        subject = self.ids if self.button.place is Place.IDS else self.records
        return self.button.run(subject, {**form.values(), **given})

    def _start(self, form: PanelForm) -> Any:
        return start_run(
            self.ids,
            model=self.view.model,
            function=self.button.operation,
            arguments=form.values(),
            title=self.button.label,
            view=self.view.endpoint,
            on=today(),
            by=actor(),
        )

    def _look_ahead(self, form: PanelForm) -> str:
        """Work out the preview of the first records; returns what proves that it was seen."""
        if self.button.preview is None:
            return ""
        arguments = {**form.values(), "on": today()}
        if self._together:
            self.preview = self.button.lines(self.records, arguments)
        else:
            for record in self.records:
                self.preview += self._named(record, arguments)
        return digest([str(line) for line in self.preview])

    def _named(self, record: Any, arguments: dict[str, Any]) -> list[Line]:
        try:
            lines = self.button.lines(record, arguments)
        except DomainError as refusal:
            lines = [str(refusal)]
        name = self.view.called(record)
        return [
            f"{name}: {line}" if isinstance(line, str) else (f"{name}: {line[0]}", line[1])
            for line in lines
        ]

    @property
    def beyond(self) -> str:
        """What a preview of the first records leaves out, and what all may add up to."""
        shown = len(self.records)
        if not self.preview or self.count <= shown:
            return ""
        sentence = _("Gezeigt sind die ersten %(shown)s von %(count)s.", shown=shown,
                     count=german_count(self.count))  # fmt: skip
        known = total(self.preview)
        if known is None:
            return sentence
        whole = to_cents(known * self.count / shown)
        return f"{sentence} {_('Alle zusammen kosten oder ergeben etwa %(sum)s.', sum=euro(whole))}"

    @property
    def who(self) -> str:
        """How many records it is about, in words."""
        return ngettext("%(count)s Eintrag", "%(count)s Einträge", self.count)

    def _show(self, form: PanelForm) -> Any:
        status = 422 if form.errors or form.form_errors else 200
        seen = digest([str(line) for line in self.preview]) if self.preview else ""
        page = self.view.render(
            "office/panel/mass.html", page=self, form=form, button=self.button, seen=seen,
            parent=self.view.parent(), total=total(self.preview),
        )  # fmt: skip
        return page, status
