"""Countries by their German names; the database keeps the two letters of ISO 3166."""

from functools import cache

from babel import Locale
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from kutego.texts import sort_key
from kutego.views.panel.fields import Required

FIRST = ("DE", "AT", "CH", "LI", "LU")
NO_STATES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}  # what CLDR names besides countries


@cache
def countries() -> dict[str, str]:
    """Code and name, our neighbours first, then as Germans sort."""
    names = {str(code): name for code, name in Locale("de").territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NO_STATES]
    codes.sort(key=lambda code: sort_key(names[code]))
    return {code: names[code] for code in (*FIRST, *(c for c in codes if c not in FIRST))}


def country_name(code: str | None) -> str:
    """The name of a country; an unknown code stands for itself."""
    return countries().get(code or "", code or "")


class CountryField(SelectField):
    """A country from the list."""

    def __init__(self, label="", validators=None, **kwargs):
        kwargs.setdefault("default", FIRST[0])
        choices = [SelectChoice(code, name) for code, name in countries().items()]
        super().__init__(label, [Required()], choices=choices, **kwargs)
