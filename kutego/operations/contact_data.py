"""E-mail addresses, telephone numbers and accounts: as they are meant, or a refusal."""

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from kutego.errors import DomainError
from kutego.texts import gettext as _

PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[a-z0-9_+-]+(\.[a-z0-9_+-]+)*", re.ASCII)


def email_address(text: str | None) -> str | None:
    """A trimmed, lower-cased address with a syntax that mail servers take; umlaut domains too."""
    if not text:
        return None
    local, _at, domain = text.strip().lower().rpartition("@")
    if PLAIN_LOCAL.fullmatch(local) and _is_plain(domain):
        return f"{local}@{domain}"
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise DomainError(
            _("„%(text)s“ ist keine E-Mail-Adresse. Bitte die Schreibweise prüfen.", text=text)
        ) from error


@lru_cache(4096)
def _is_plain(domain: str) -> bool:
    """Whether an address there needs no other spelling; the same few domains come again."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).normalized == f"a@{domain}"
    except EmailNotValidError:
        return False


def phone_number(text: str | None, country: str) -> str | None:
    """In international form where it is a possible number, else as it was typed."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise DomainError(_("„%(text)s“ ist keine Telefonnummer.", text=text)) from error
    if not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def checked_iban(text: str | None) -> IBAN | None:
    """The IBAN with length and check digits verified, or a refusal."""
    if not text:
        return None
    try:
        return IBAN(text)
    except SchwiftyException as error:
        raise DomainError(
            _("Die IBAN „%(text)s“ stimmt nicht. Bitte Ziffer für Ziffer prüfen.", text=text)
        ) from error
