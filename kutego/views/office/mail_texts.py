"""The mails that Kutego writes by itself: their words, changed with a preview (spec COM-18)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from kutego.errors import DomainError
from kutego.models import Right
from kutego.operations.mail_texts import (
    EXAMPLES,
    SYSTEM_MAILS,
    change_mail_text,
    changed_mails,
    preview_of,
    reset_mail_text,
    stored_words,
)
from kutego.operations.submissions import once
from kutego.rendering.mail import default_words, placeholders_of
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.gate import needs
from kutego.views.panel import LongTextField, PanelForm, TextField, actor, today
from kutego.views.security import OFFICE_PREFIX

mail_texts = Blueprint("mail_texts", __name__, url_prefix=f"{OFFICE_PREFIX}/system-mails")


class WordsForm(PanelForm):
    subject = TextField(m("Betreff"), most=200)
    text = LongTextField(m("Text"), required=True, most=10_000, rows=14)


@mail_texts.get("/")
@needs(Right.SETTINGS)
def index() -> str:
    """All of them, and which have other words than those they came with."""
    changed = changed_mails()
    mails = [(name, _(title), changed.get(name)) for name, title in SYSTEM_MAILS.items()]
    return render_template("office/mail_texts/list.html", mails=mails)


@mail_texts.route("/<name>/", methods=("GET", "POST"))
@needs(Right.SETTINGS)
def edit(name: str) -> Any:
    """The words of one mail: shown as they will read first, saved then."""
    if name not in SYSTEM_MAILS:
        abort(404)
    row = stored_words(name)
    subject, text = (row.subject, row.text) if row else default_words(name)
    form = WordsForm(data={"subject": subject, "text": text})
    words = (form.subject.data or "", form.text.data or "")
    if form.validate_on_submit():
        try:
            preview_of(name, *words)
            if "save" in request.form:
                once(form.submission.data, lambda: _save(name, *words))
                flash(_("Die E-Mail hat jetzt Ihren Text."), "success")
                return redirect(url_for("mail_texts.index"))
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
    status = 422 if form.errors or form.form_errors else 200
    return _page(name, form, row), status


@mail_texts.post("/<name>/reset")
@needs(Right.SETTINGS)
def reset(name: str) -> Any:
    """Back to the words that it came with."""
    row = stored_words(name)
    if row is not None:
        reset_mail_text(row, on=today(), by=actor())
        flash(_("Die E-Mail hat wieder den Text, den Kutego mitbringt."), "success")
    return redirect(url_for("mail_texts.index"))


def _save(name: str, subject: str, text: str) -> Any:
    return change_mail_text(template=name, subject=subject, text=text, on=today(), by=actor())


def _page(name: str, form: WordsForm, row: Any) -> str:
    known = [(each, _(EXAMPLES[each])) for each in placeholders_of(name)]
    try:
        subject, body = preview_of(name, form.subject.data or "", form.text.data or "")
        preview = (subject, body)
    except DomainError:  # the form says so
        preview = None
    return render_template(
        "office/mail_texts/edit.html", name=name, title=_(SYSTEM_MAILS[name]), form=form, row=row,
        known=known, preview=preview,
    )  # fmt: skip
