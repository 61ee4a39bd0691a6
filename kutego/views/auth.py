"""Logging in and out, and one's own password."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response
from wtforms.validators import EqualTo

from kutego.errors import DomainError
from kutego.models import Employee
from kutego.operations.employees import change_own_password
from kutego.operations.logins import TooManyTries, check_login
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel import PanelForm, TextField, actor
from kutego.views.passwords import HINT, PasswordInput
from kutego.views.security import OFFICE_PREFIX, own_path

auth = Blueprint("auth", __name__)


class LoginForm(PanelForm):
    email = TextField(
        m("E-Mail-Adresse"),
        render_kw={"type": "email", "autocomplete": "username", "autofocus": True},
    )
    password = PasswordInput(m("Passwort"), "current-password")


class PasswordForm(PanelForm):
    old = PasswordInput(m("Bisheriges Passwort"), "current-password")
    new = PasswordInput(
        m("Neues Passwort"),
        "new-password",
        description=HINT,
    )
    repeated = PasswordInput(
        m("Neues Passwort, noch einmal"),
        "new-password",
        validators=[EqualTo("new", m("Die beiden neuen Passwörter sind verschieden."))],
    )


@auth.route("/anmelden", methods=("GET", "POST"))
def login() -> Response | str | tuple[str, int]:
    """Ask who somebody is, and lead them to the page they wanted."""
    target = own_path() or url_for("office.index")
    if current_user.is_authenticated:
        return redirect(target)
    form = LoginForm()
    if not form.is_submitted() or not form.validate():
        return render_template("office/auth/login.html", form=form)
    try:
        employee = check_login(form.email.data, form.password.data, request.remote_addr)
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        status = 429 if isinstance(refusal, TooManyTries) else 401
        return render_template("office/auth/login.html", form=form), status
    enter(employee)
    return redirect(target)


@auth.post("/abmelden")
def logout() -> Response:
    """End this session; others of the same person go on."""
    logout_user()
    session.clear()
    flash(_("Sie sind abgemeldet."), "success")
    return redirect(url_for("auth.login"))


@auth.route(f"{OFFICE_PREFIX}/passwort", methods=("GET", "POST"))
def password() -> Response | str:
    """Change one's own password: every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit():
        employee = current_user._get_current_object()
        try:
            change_own_password(employee, old=form.old.data, new=form.new.data, by=actor())
        except DomainError as refusal:
            form.form_errors.append(str(refusal))
        else:
            enter(employee)
            flash(_("Das Passwort ist geändert. Andere Geräte wurden abgemeldet."), "success")
            return redirect(url_for("office.index"))
    return render_template("office/auth/password.html", form=form)


def enter(employee: Employee) -> None:
    """Begin a new session, so that nothing of the one before counts any more."""
    session.clear()
    login_user(employee)
