"""Form fields that speak German: amounts with a comma, native dates, closed lists, records."""

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import (
    DateField as WTDateField,
)
from wtforms import (
    TimeField as WTTimeField,
)
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, NumberInput, TextInput, TimeInput

from kutego.labelled import Labelled
from kutego.money import MOST, decimal_comma, euro, fine_euro, percent
from kutego.texts import gettext as _

NUMBER = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?")


def decimal_from(text: str, places: int = 2) -> Decimal:
    """`1.234,50` or `1234,5` as a Decimal; raises `ValueError` with a whole German sentence."""
    text = text.replace("€", "").replace("%", "").replace("\u00a0", "").strip().replace(" ", "")
    found = NUMBER.fullmatch(text)
    if found is None or not text.isascii():
        raise ValueError(_("Bitte einen Betrag wie 1.234,50 eingeben, mit Komma vor den Cent."))
    sign, whole, cents = found.groups()
    if len(cents or "") > places:
        raise ValueError(_("Bitte höchstens %(places)s Stellen nach dem Komma.", places=places))
    value = Decimal(f"{sign}{whole.replace('.', '')}.{cents or '0'}")
    if abs(value) > MOST:
        raise ValueError(_("Bitte einen Betrag bis %(most)s eingeben.", most=euro(MOST)))
    return value.quantize(Decimal(1).scaleb(-places))


class Required(InputRequired):
    """The field must be filled in."""

    def __init__(self) -> None:
        super().__init__(_("Bitte ausfüllen."))


def needed(required: bool, validators: Iterable[Any]) -> list[Any]:
    """The validators of a field that must, or may, be filled in."""
    return [Required() if required else Optional(), *validators]


class TextField(StringField):
    """One line of text, at most `most` characters; the blanks around it do not count."""

    def __init__(self, label="", *, required=True, most=200, validators=(), **kwargs):
        too_long = _("Bitte höchstens %(most)s Zeichen.", most=most)
        rules = needed(required, [Length(max=most, message=too_long), *validators])
        kwargs.setdefault("filters", [_trimmed])
        super().__init__(label, rules, **kwargs)


class LongTextField(TextAreaField):
    """Several lines of text."""

    def __init__(self, label="", *, required=False, most=5000, validators=(), rows=4, **kwargs):
        too_long = _("Bitte höchstens %(most)s Zeichen.", most=most)
        rules = needed(required, [Length(max=most, message=too_long), *validators])
        kwargs.setdefault("render_kw", {"rows": rows})
        kwargs.setdefault("filters", [_trimmed])
        super().__init__(label, rules, **kwargs)


class EmailField(TextField):
    """An e-mail address."""

    def __init__(self, label="", *, required=True, **kwargs):
        rule = Email(_("Bitte eine gültige E-Mail-Adresse eingeben."))
        kwargs.setdefault("render_kw", {"inputmode": "email", "autocomplete": "off"})
        super().__init__(label, required=required, validators=[rule], **kwargs)


def _trimmed(text: str | None) -> str | None:
    return (text or "").strip() or None


class MoneyField(StringField):
    """An amount in euros with a decimal comma; a plain text input, so that the comma is kept."""

    widget = TextInput()
    suffix = "€"
    places = 2

    def __init__(self, label="", *, required=True, least=None, most=None, validators=(), **kwargs):
        self.least, self.most = least, most
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, needed(required, validators), **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else self.shown(self.data)

    def shown(self, value: Decimal) -> str:
        """The value as it stands in the input."""
        return decimal_comma(value)

    def process_formdata(self, valuelist):
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = decimal_from(valuelist[0], self.places)

    def pre_validate(self, form):
        if self.data is None:
            return
        if self.least is not None and self.data < self.least:
            raise ValidationError(_("Mindestens %(least)s.", least=self.named(self.least)))
        if self.most is not None and self.data > self.most:
            raise ValidationError(_("Höchstens %(most)s.", most=self.named(self.most)))

    def named(self, value: Decimal) -> str:
        """The value as a sentence names it."""
        return euro(value)


class PriceField(MoneyField):
    """A price that may have fractions of a cent."""

    places = 4

    def shown(self, value: Decimal) -> str:
        return fine_euro(value).removesuffix("\u00a0€")


class PercentField(MoneyField):
    """A percentage from 0 to 100 with up to two decimal places."""

    suffix = "%"

    def __init__(self, label="", *, least=Decimal(0), most=Decimal(100), **kwargs):
        super().__init__(label, least=least, most=most, **kwargs)

    def shown(self, value: Decimal) -> str:
        return percent(value)

    def named(self, value: Decimal) -> str:
        return f"{percent(value)} %"


class NumberField(IntegerField):
    """A whole number."""

    widget = NumberInput()

    def __init__(self, label="", *, required=True, least=0, most=1_000_000, **kwargs):
        sentence = _("Bitte eine Zahl von %(least)s bis %(most)s.", least=least, most=most)
        super().__init__(label, needed(required, [NumberRange(least, most, sentence)]), **kwargs)

    def process_formdata(self, valuelist):
        self.data = None
        text = (valuelist[0] if valuelist else "").strip()
        if text and not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise ValueError(_("Bitte eine ganze Zahl eingeben."))
        self.data = int(text) if text else None


class DateField(WTDateField):
    """A day, with the browser's own calendar; typed days may also read 23.11.2026."""

    widget = DateInput()

    def __init__(self, label="", *, required=True, least=None, most=None, validators=(), **kwargs):
        self.least, self.most = least or date(1900, 1, 1), most or date(2199, 12, 31)
        super().__init__(
            label, needed(required, validators), format=["%Y-%m-%d", "%d.%m.%Y"], **kwargs
        )

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Bitte ein Datum wie 23.11.2026 eingeben.")) from None

    def pre_validate(self, form):
        if self.data and not self.least <= self.data <= self.most:
            days = {"least": f"{self.least:%d.%m.%Y}", "most": f"{self.most:%d.%m.%Y}"}
            raise ValidationError(_("Bitte ein Datum von %(least)s bis %(most)s.", **days))


class TimeField(WTTimeField):
    """A time of day."""

    widget = TimeInput()

    def __init__(self, label="", *, required=True, **kwargs):
        super().__init__(label, needed(required, ()), format=["%H:%M", "%H:%M:%S"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Bitte eine Uhrzeit wie 14:30 eingeben.")) from None

    def _value(self) -> str:
        return f"{self.data:%H:%M}" if isinstance(self.data, time) else super()._value()


class CheckField(BooleanField):
    """Yes or no."""

    widget = CheckboxInput()

    def __init__(self, label="", **kwargs):
        super().__init__(label, [], false_values=("", "0", "false"), **kwargs)


class ChoiceField(SelectField):
    """One of a closed list, shown by its German label. `only` narrows the list."""

    def __init__(self, label="", kind: type[Labelled] = Labelled, *, required=True, only=None,
                 **kwargs):  # fmt: skip
        self.kind = kind
        members = list(kind) if only is None else list(only)
        choices = [SelectChoice(member.value, member.label) for member in members]
        if not required:
            choices.insert(0, SelectChoice("", _("– keine Angabe –")))
        super().__init__(
            label, needed(required, ()), choices=choices, coerce=self._member, **kwargs
        )

    def narrow(self, only: Iterable[Labelled]) -> None:
        """Offer no more than these from now on."""
        self.choices = [SelectChoice(member.value, member.label) for member in only]

    def _member(self, value: object) -> Labelled | str | None:
        if value is None or value == "":
            return None
        try:
            return self.kind(value)  # type: ignore[arg-type]  # whatever was sent
        except ValueError:
            return str(value)  # not among the choices: refused below, with what was sent

    def iter_choices(self):
        for each in self.choices:
            yield Choice(each.value, each.label, each.value == _raw(self.data), {})

    def pre_validate(self, form):
        if self.data is None:
            return
        if _raw(self.data) not in {each.value for each in self.choices}:
            raise ValidationError(_("Bitte aus der Liste wählen."))


class ChoicesField(SelectMultipleField):
    """Any number of a closed list as checkboxes, at least one where `required`; a list of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label="", kind: type[Labelled] = Labelled, *, required=True, **kwargs):
        self.kind, self.required = kind, required
        choices = [SelectChoice(member.value, member.label) for member in kind]
        super().__init__(label, [], choices=choices, coerce=_raw, validate_choice=False, **kwargs)

    def iter_choices(self):
        chosen = {_raw(each) for each in self.data or ()}
        for each in self.choices:
            yield Choice(each.value, each.label, each.value in chosen, {})

    def post_validate(self, form, validation_stopped):
        known = {member.value: member for member in self.kind}
        if any(value not in known for value in self.data or ()):
            raise ValidationError(_("Bitte aus der Liste wählen."))
        if self.required and not self.data:
            raise ValidationError(_("Bitte mindestens einen Eintrag wählen."))
        self.data = [known[value] for value in self.data or ()]


def _raw(data: object) -> object:
    return data.value if isinstance(data, Labelled) else data


class UploadField(FileField):
    """A file to upload. The value is its name and its bytes, or None."""

    def __init__(self, label="", *, required=True, **kwargs):
        super().__init__(label, needed(required, ()), **kwargs)

    def process_formdata(self, valuelist):
        file = valuelist[0] if valuelist else None
        self.data = (file.filename, file.read()) if getattr(file, "filename", "") else None
