"""Names and addresses, the same in the PDF and in the XML."""

import re
from functools import cache

from babel import Locale

from kutego.texts import gettext as _

# Legal forms that are a part of the name; "Einzelunternehmen" and the like are not.
NAME_SUFFIXES = re.compile(
    r"\b(g?GmbH|UG|AG|KG|KGaA|OHG|GbR|PartG|eG|SE|e\. ?K\.|e\. ?V\.|Stiftung)"
)


def legal_name(seller: dict) -> str:
    """The seller's full name, the legal form added where it belongs to the name."""
    form = seller["legal_form"] or ""
    if NAME_SUFFIXES.search(form) and form.casefold() not in seller["name"].casefold():
        return f"{seller['name']} {form}"
    return seller["name"]


def management(seller: dict) -> str | None:
    """Who is behind the business: owner of a sole business, managers of a company."""
    if not seller["owner"] or seller["owner"].casefold() in seller["name"].casefold():
        return None
    if re.search(r"GmbH|UG|AG|SE", seller["legal_form"] or ""):
        return _("Geschäftsführung: %(name)s", name=seller["owner"])
    if re.search(r"e\. ?V\.|Stiftung|eG", seller["legal_form"] or ""):
        return _("Vorstand: %(name)s", name=seller["owner"])
    return _("Inh. %(name)s", name=seller["owner"])


def address_lines(recipient: dict, home: str) -> list[str]:
    """The lines of the address window; a country only where it is not the seller's."""
    city = f"{recipient['postcode'] or ''} {recipient['city'] or ''}".strip()
    abroad = recipient["country"] and recipient["country"] != home
    lines = [
        recipient["company_name"] or recipient["name"],
        recipient["contact"],
        recipient["address_extra"],
        recipient["street"],
        city,
        country_name(recipient["country"]).upper() if abroad else None,
    ]
    return [line for line in lines if line]


@cache
def country_name(code: str) -> str:
    """`AT` as `Österreich`; an unknown code stays as it is."""
    return Locale("de").territories.get(code, code)


def spaced_iban(iban: str) -> str:
    """An IBAN in groups of four, joined by no-break spaces."""
    compact = re.sub(r"\s", "", iban)
    return "\u00a0".join(compact[i : i + 4] for i in range(0, len(compact), 4))
