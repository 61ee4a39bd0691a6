"""Kinds of inputs that only the house's own fields need: numbers, possibilities, checked files."""

from collections.abc import Mapping
from decimal import Decimal

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from kutego.errors import DomainError
from kutego.money import percent
from kutego.operations.uploads import Upload, checked
from kutego.texts import gettext as _
from kutego.views.panel import MoneyField, UploadField
from kutego.views.panel.fields import decimal_from, needed


class DecimalField(MoneyField):
    """A number with up to two places after the comma."""

    suffix = ""

    def shown(self, value: Decimal) -> str:
        return percent(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            if valuelist and valuelist[0].strip():
                self.data = decimal_from(valuelist[0])
        except ValueError:
            raise ValueError(_("Bitte eine Zahl wie 12,5 eingeben.")) from None


class OptionField(SelectField):
    """One of some possibilities, or none of them."""

    def __init__(self, label="", options: Mapping[str, str] | None = None, *, required=False,
                 **kwargs):  # fmt: skip
        self.options = options or {}
        choices = [SelectChoice("", _("– keine Angabe –"))]
        choices += [SelectChoice(value, shown) for value, shown in self.options.items()]
        super().__init__(label, needed(required, ()), choices=choices, validate_choice=False,
                         **kwargs)  # fmt: skip

    def pre_validate(self, form):
        if self.data and self.data not in self.options:
            raise ValidationError(_("Bitte aus der Liste wählen."))


class CheckedUpload(UploadField):
    """A file that was looked at before anything is written."""

    def post_validate(self, form, validation_stopped):
        if self.data is None or isinstance(self.data, Upload) or self.errors:
            return
        try:
            self.data = checked(*self.data)
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal
