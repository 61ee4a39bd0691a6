"""The first visit: whoever reads the console names the business and its owner."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import EqualTo

from kutego import clock
from kutego.actor import Actor
from kutego.db import transaction
from kutego.errors import DomainError
from kutego.models import Employee, Role, TaxMode
from kutego.operations.company import set_up_company
from kutego.operations.employees import create_employee
from kutego.operations.logins import TooManyTries, forgive, note_attempt
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views import setup_code
from kutego.views.auth import enter
from kutego.views.gate import is_set_up
from kutego.views.panel import ChoiceField, EmailField, PanelForm, TextField
from kutego.views.passwords import HINT, PasswordInput

setup = Blueprint("setup", __name__)


class SetupForm(PanelForm):
    code = TextField(
        m("Code von der Konsole"), most=20, render_kw={"autocomplete": "off", "autofocus": True}
    )
    name = TextField(m("Name des Betriebs"))
    street = TextField(m("Straße und Hausnummer"))
    postcode = TextField(m("Postleitzahl"), most=10)
    city = TextField(m("Ort"))
    tax_mode = ChoiceField(m("Umsatzsteuer"), TaxMode)
    first_name = TextField(m("Ihr Vorname"))
    last_name = TextField(m("Ihr Nachname"))
    email = EmailField(m("Ihre E-Mail-Adresse, mit der Sie sich anmelden"))
    password = PasswordInput(
        m("Passwort"),
        "new-password",
        description=HINT,
    )
    repeated = PasswordInput(
        m("Passwort, noch einmal"),
        "new-password",
        validators=[EqualTo("password", m("Die beiden Passwörter sind verschieden."))],
    )


@setup.route("/einrichten", methods=("GET", "POST"))
def index() -> Response | str | tuple[str, int]:
    """Ask for the code, the business and its owner; gone once there is a business."""
    if is_set_up():
        abort(404)
    setup_code.print_code(current_app)
    form = SetupForm(data={"tax_mode": TaxMode.REGULAR})
    if not form.is_submitted() or not form.validate():
        return render_template("office/auth/setup.html", form=form)
    try:
        enter(_set_up(form))
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        status = 429 if isinstance(refusal, TooManyTries) else 200
        return render_template("office/auth/setup.html", form=form), status
    setup_code.forget(current_app)
    flash(_("Der Betrieb ist eingerichtet. Hier stehen Ihre ersten Schritte."), "success")
    return redirect(url_for("office.index"))


def _set_up(form: SetupForm) -> Employee:
    """The code must be right; then the business and its owner are there, or neither."""
    address = f"code:{request.remote_addr}"
    attempts = note_attempt(address)
    if not setup_code.is_right(current_app, form.code.data):
        raise DomainError(_("Der Code stimmt nicht. Er steht auf der Konsole des Programms."))
    owner = f"{form.first_name.data} {form.last_name.data}"
    columns = ("name", "street", "postcode", "city", "tax_mode", "email")
    values = {name: form[name].data for name in columns}
    with transaction():
        forgive(attempts, address)
    with transaction():
        set_up_company({**values, "owner": owner}, by=Actor(owner))
        return create_employee(
            email=form.email.data, role=Role.OWNER, first_name=form.first_name.data,
            last_name=form.last_name.data, password=form.password.data,
            on=clock.today(), by=Actor(owner),
        )  # fmt: skip
