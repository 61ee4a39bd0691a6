"""What must hold for the settings of letters and SMS."""

import re
from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

import phonenumbers

from kutego.errors import DomainError
from kutego.models import Company, LetterService, SmsService
from kutego.texts import gettext as _

DEAREST = Decimal("100")
SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&-]{0,10}")


def check_services(record: Company) -> None:
    """Prices, addresses, and what a chosen service needs."""
    for price, label in (
        (record.letter_price, _("Der Preis eines Briefs")),
        (record.sms_price, _("Der Preis einer SMS")),
    ):
        if price is not None and not 0 <= price <= DEAREST:
            raise DomainError(_("%(what)s liegt zwischen 0 und 100 €.", what=label))
    record.letter_url = _service_address(record.letter_url)
    record.sms_url = _service_address(record.sms_url)
    if record.letter_service is LetterService.LETTERXPRESS and not (
        record.letter_user and record.letter_key
    ):
        raise DomainError(_("LetterXpress braucht Benutzername und API-Schlüssel."))
    if record.sms_service is SmsService.SEVEN and not record.sms_key:
        raise DomainError(_("seven.io braucht einen API-Schlüssel."))
    record.sms_sender = _sender(record.sms_sender, record.country)


def _service_address(url: str | None) -> str | None:
    """`https`, as keys and letters go there; without only on this very machine."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _no_address(url) from error
    if not host or parts.scheme not in ("https", "http") or re.search(r"[\s<>\"]", url):
        raise _no_address(url)
    if parts.scheme == "http" and not _is_here(host):
        raise DomainError(_("Die Adresse der Schnittstelle beginnt mit https://."))
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_address(url: str) -> DomainError:
    return DomainError(
        _("„%(url)s“ ist keine Adresse einer Schnittstelle, zum Beispiel "
          "https://api.letterxpress.de/v3.", url=url[:60])
    )  # fmt: skip


def _sender(text: str | None, country: str | None) -> str | None:
    """A name of up to 11 characters, or a number in E.164, as the networks take it."""
    if not text:
        return None
    if re.fullmatch(r"[+0-9][0-9 /()-]{4,}", text):
        try:
            number = phonenumbers.parse(text, country or "DE")
        except phonenumbers.NumberParseException:
            number = None
        if number is not None and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    elif SENDER.fullmatch(text) and re.search(r"[A-Za-z]", text):
        return text
    raise DomainError(
        _("Der Absender einer SMS ist ein Name aus höchstens 11 Buchstaben und Ziffern ohne "
          "Umlaute oder eine Telefonnummer.")
    )  # fmt: skip
