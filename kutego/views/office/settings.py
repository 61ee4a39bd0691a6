"""The settings of the business, one page per subject."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kutego.errors import DomainError
from kutego.models import Right, company
from kutego.operations.company import save_company, send_test_mail
from kutego.texts import gettext as _
from kutego.views.gate import needs
from kutego.views.menu import open_settings
from kutego.views.office.settings_business import SettingsForm
from kutego.views.office.settings_mail import TestMailForm
from kutego.views.office.settings_sections import SECTIONS, Section, labels_of_fields
from kutego.views.panel import actor
from kutego.views.security import OFFICE_PREFIX

settings = Blueprint("settings", __name__, url_prefix=f"{OFFICE_PREFIX}/settings")


@settings.get("/")
@needs(Right.COURSES_VIEW)
def index() -> str:
    """All settings in groups, as far as the rights go."""
    return render_template(
        "office/settings/index.html", groups=open_settings(), labels=labels_of_fields()
    )


@settings.route("/<slug>", methods=("GET", "POST"))
@needs(Right.SETTINGS)
def section(slug: str) -> Response | str:
    """Show and change one part of the settings."""
    chosen, record = _section(slug), company()
    form = chosen.form(obj=record, records=[record])
    if form.validate_on_submit():
        try:
            save_company(form.settings(), revision=_revision(form), by=actor())
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(_("Die Einstellungen sind gespeichert."), "success")
            return redirect(url_for("settings.section", slug=slug))
    return _page(chosen, form)


@settings.post("/mail/test")
@needs(Right.SETTINGS)
def test_mail() -> Response | str:
    """Send a test mail now and say what became of it."""
    record = company()
    form = TestMailForm()
    if form.validate():
        try:
            send_test_mail(form.recipient.data)
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
        else:
            flash(_("Die Testmail an %(to)s ist gesendet.", to=form.recipient.data), "success")
            return redirect(url_for("settings.section", slug="mail"))
    mail = _section("mail")
    return _page(mail, mail.form(formdata=None, obj=record, records=[record]), form)


def _page(chosen: Section, form: SettingsForm, test: TestMailForm | None = None) -> str:
    if chosen.slug == "mail" and test is None:
        test = TestMailForm(formdata=None, data={"recipient": current_user.email})
    return render_template("office/settings/section.html", section=chosen, form=form, test=test)


def _section(slug: str) -> Section:
    return next((each for each in SECTIONS if each.slug == slug), None) or abort(404)


def _revision(form: SettingsForm) -> int:
    """The revision the form was opened with; one that cannot be read is nobody's."""
    text = form.revision.data or ""
    return int(text) if text.isascii() and text.isdigit() else -1
