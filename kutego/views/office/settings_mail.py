"""The settings of e-mail: who sends it through which server, and which mailbox is read."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.widgets import PasswordInput

from kutego.errors import DomainError
from kutego.models import InboxSecurity, MailSecurity, Right
from kutego.operations.inbox import check_inbox
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import ngettext
from kutego.views.gate import needs
from kutego.views.office.settings_business import SettingsForm
from kutego.views.office.settings_services import SECRET
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    EmailField,
    LongTextField,
    NumberField,
    PanelForm,
    TextField,
)
from kutego.views.security import OFFICE_PREFIX

inbox_check = Blueprint("inbox_check", __name__, url_prefix=f"{OFFICE_PREFIX}/inbox-check")

INBOX_NOTE = m(
    "Kutego liest dieses Postfach alle paar Minuten: Antworten Ihrer Kunden stehen dann in deren "
    "Akte, und was nicht zugestellt werden konnte, wird dort gemeldet. Im Postfach selbst wird "
    "nichts verändert. Damit beides ankommt, müssen die Absenderadresse und die Antwortadresse "
    "(Einstellungen „E-Mail“) in dieses Postfach führen. Gelesen wird ab heute."
)


class PasswordForm(SettingsForm):
    """A server with a password, which is kept where none is typed."""

    password_name = ""

    def prepare(self) -> None:
        if getattr(self.record, self.password_name):
            kept = _("Ist gespeichert. Leer lassen, um es zu behalten.")
            self[self.password_name].description = kept

    def settings(self) -> dict[str, Any]:
        values = super().settings()
        if not values[self.password_name]:
            del values[self.password_name]
        return values


class MailForm(PasswordForm):
    password_name = "smtp_password"  # noqa: S105  # the name of a field

    mail_from = EmailField(m("Absenderadresse"), required=False)
    mail_from_name = TextField(
        m("Absendername"), required=False, description=m("Sonst der Name des Betriebs.")
    )
    reply_to = EmailField(
        m("Antwortadresse"), required=False,
        description=m("Dorthin gehen Antworten Ihrer Kunden; sonst an die E-Mail-Adresse des "
                      "Betriebs."),
    )  # fmt: skip
    smtp_host = TextField(
        m("Mailserver"), required=False, description=m("Zum Beispiel: smtp.ihr-anbieter.de")
    )
    smtp_port = NumberField(m("Port"), required=False, least=1, most=65535)
    smtp_security = ChoiceField(m("Verschlüsselung"), MailSecurity)
    smtp_user = TextField(m("Benutzername"), required=False)
    smtp_password = StringField(m("Passwort"), widget=PasswordInput(), render_kw=SECRET)
    mail_signature = LongTextField(m("Signatur unter jeder E-Mail"), most=2000)
    track_opens = CheckField(
        m("Zeigen, ob E-Mails geöffnet wurden"),
        description=m("Ein unsichtbares Bild in jeder E-Mail meldet das Öffnen. Das ist nur mit "
                      "Einwilligung Ihrer Kunden erlaubt (§ 25 TDDDG) und gehört in Ihre "
                      "Datenschutzhinweise."),
    )  # fmt: skip


class TestMailForm(PanelForm):
    recipient = EmailField(m("Testmail an"))


class InboxForm(PasswordForm):
    password_name = "imap_password"  # noqa: S105

    imap_host = TextField(
        m("IMAP-Server"), required=False, description=m("Zum Beispiel: imap.ihr-anbieter.de")
    )
    imap_port = NumberField(m("Port"), required=False, least=1, most=65535)
    imap_security = ChoiceField(m("Verschlüsselung"), InboxSecurity)
    imap_user = TextField(m("Benutzername"), required=False)
    imap_password = StringField(m("Passwort"), widget=PasswordInput(), render_kw=SECRET)
    imap_folder = TextField(m("Ordner"), description=m("Meist INBOX"))


@inbox_check.post("/")
@needs(Right.SETTINGS)
def test() -> Response:
    """Log in to the mailbox now and say what came of it; nothing is read."""
    try:
        count = check_inbox()
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        told = ngettext("eine E-Mail", "%(count)s E-Mails", count)
        flash(_("Das Postfach ist erreichbar: heute %(told)s darin.", told=told), "success")
    return redirect(url_for("settings.section", slug="inbox"))
