"""The form behind every button and every page of master data."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField
from wtforms.i18n import get_translations

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.db import Base
from kutego.models.company import company
from kutego.texts import gettext as _

OWN = {"csrf_token", "submission"}


def actor() -> Actor:
    """Whoever is logged in, for the history."""
    if not current_user.is_authenticated:
        return SYSTEM
    return Actor(current_user.name, current_user.id)


def today() -> date:
    """The date on the wall of the business."""
    return clock.today(company().zone)


class PanelForm(FlaskForm):
    """A form about `records`. Its fields, apart from the hidden ones, go to the operation.

    `submission` is drawn once per page: a form that is sent twice does its work once.
    """

    submission = HiddenField()

    class Meta:
        locales = ("de",)

        def get_translations(self, form):
            """The sentences of WTForms itself, in German."""
            return get_translations(["de"])

    def __init__(self, *args, records: Sequence[Base] = (), **kwargs):
        self.records = list(records)
        super().__init__(*args, **kwargs)
        if not (self.submission.data or "").isalnum() or len(self.submission.data) > 40:
            self.submission.data = secrets.token_hex(16)
        self.prepare()

    def prepare(self) -> None:
        """Hook: offer what the records have. Fill choices, drop fields that make no sense."""

    @classmethod
    def initial(cls, records: Sequence[Base]) -> dict[str, Any]:
        """Hook: what stands in the fields when the form is opened for `records`."""
        return {}

    @property
    def is_many(self) -> bool:
        """Whether the form is about more than one record."""
        return len(self.records) > 1

    @property
    def record(self) -> Any:
        """The record the form is about, or None."""
        return self.records[0] if self.records else None

    @property
    def shown_fields(self) -> list[Any]:
        """The fields a person sees, in their order."""
        return [f for f in self if f.name not in OWN and not isinstance(f, HiddenField)]

    def values(self) -> dict[str, Any]:
        """What was typed, as keyword arguments."""
        return {f.name: f.data for f in self if f.name not in OWN}

    def validate(self, extra_validators=None) -> bool:
        """Whether everything that was typed can be used; says so in German where it cannot."""
        valid = super().validate(extra_validators)
        token = self._fields.get("csrf_token")
        if isinstance(token, CSRFTokenField) and token.errors:
            token.errors = [_("Die Seite war zu lange offen. Bitte noch einmal absenden.")]
        return valid
