"""The field for a password."""

from typing import Any

from wtforms import PasswordField

from kutego.texts import marked as m
from kutego.views.panel.fields import Required

HINT = m("Mindestens 10 Zeichen. Gut sind drei, vier Wörter ohne Zusammenhang.")


class PasswordInput(PasswordField):
    """A password is never trimmed and never sent back to the browser."""

    def __init__(self, label: str, autocomplete: str, **kwargs: Any) -> None:
        validators = [Required(), *kwargs.pop("validators", ())]
        render_kw = {"autocomplete": autocomplete, "maxlength": 200}
        super().__init__(label, validators, render_kw=render_kw, **kwargs)
