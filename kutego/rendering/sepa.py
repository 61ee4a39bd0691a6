"""Bank transfers as a SEPA file: pain.001.001.09, as German banks take it (DK Anlage 3).

sepaxml builds the file. It leaves out the bank of an account without BIC, knows no check digits,
writes `Muller` for `Müller` and makes up time and ids: all of this is put right here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from sepaxml import SepaTransfer
from text_unidecode import unidecode

from kutego.clock import BERLIN
from kutego.errors import DomainError
from kutego.money import euro, is_amount
from kutego.texts import gettext as _

SCHEMA = "pain.001.001.09"
NS = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ẞ": "SS",
        "&": "+",
        "€": "EUR",
    }
)
FORBIDDEN = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")  # what every bank in the area must take
MOST = Decimal("999999999.99")


@dataclass(frozen=True)
class Transfer:
    """One payment to somebody: amount in euros, purpose for their statement."""

    name: str
    iban: str
    amount: Decimal
    purpose: str
    end_to_end_id: str


def credit_transfers(
    transfers: Iterable[Transfer],
    *,
    debtor_name: str,
    debtor_iban: str,
    debtor_bic: str | None,
    message_id: str,
    execution_on: date,
    created_at: datetime,
) -> bytes:
    """The file for the bank, checked against its schema. Same input, same bytes.

    Raises `DomainError` for a wrong IBAN, an amount that is not positive, a missing name, no
    transfers at all. Texts are brought to the characters of the SEPA area (`ä` as `ae`).
    """
    payments = [_payment(transfer, execution_on) for transfer in transfers]
    if not payments:
        raise DomainError(_("Es gibt nichts zu überweisen."))
    file = SepaTransfer(_account(debtor_name, debtor_iban, debtor_bic), schema=SCHEMA)
    for payment in payments:
        file.add_payment(payment)
    document = etree.fromstring(file.export(validate=False))
    _settle(document, _identifier(message_id), created_at)
    _validate(document)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def transliterate(text: str) -> str:
    """Text in the characters that every bank of the SEPA area takes."""
    latin = unidecode(text.translate(UMLAUTS))
    return " ".join(FORBIDDEN.sub(" ", latin).split())


def _account(name: str, iban: str, bic: str | None) -> dict:
    checked = _checked_iban(iban, name)
    bic = (bic or "").replace(" ", "").upper() or _bic(checked)
    account = {"name": _name(name), "IBAN": str(checked), "batch": True, "currency": "EUR"}
    return account | ({"BIC": bic} if bic else {})


def _payment(transfer: Transfer, execution_on: date) -> dict:
    if not is_amount(transfer.amount) or not 0 < transfer.amount <= MOST:
        shown = euro(transfer.amount) if is_amount(transfer.amount) else str(transfer.amount)
        raise DomainError(
            _(
                "Der Betrag %(amount)s an %(name)s lässt sich nicht überweisen.",
                amount=shown,
                name=transfer.name,
            )
        )
    iban = _checked_iban(transfer.iban, transfer.name)
    payment = {
        "name": _name(transfer.name),
        "IBAN": str(iban),
        "BIC": _bic(iban),
        "amount": int(transfer.amount * 100),
        "execution_date": execution_on,
        "description": transliterate(transfer.purpose)[:140] or "-",
        "endtoend_id": _identifier(transfer.end_to_end_id),
    }
    return {key: value for key, value in payment.items() if value}


def _checked_iban(text: str, name: str) -> IBAN:
    try:
        return IBAN(text or "")
    except SchwiftyException:
        raise DomainError(
            _("Die IBAN %(iban)s von %(name)s ist nicht gültig.", iban=text, name=name)
        ) from None


def _bic(iban: IBAN) -> str | None:
    """The BIC where the register of banks knows it."""
    try:
        return str(iban.bic) if iban.bic else None
    except SchwiftyException:
        return None


def _name(text: str) -> str:
    name = transliterate(text)[:70].strip()
    if not name:
        raise DomainError(_("Für eine Überweisung fehlt der Name."))
    return name


def _identifier(text: str) -> str:
    """At most 35 characters, without a slash at the ends or twice (EPC rules)."""
    cleaned = re.sub(r"/{2,}", "/", transliterate(text).replace(" ", "-"))[:35].strip("/")
    return cleaned or "NOTPROVIDED"


def _settle(document: etree._Element, message_id: str, created_at: datetime) -> None:
    """Our ids and our time; and a bank for every account, where the BIC is unknown."""
    document.find(f".//{NS}MsgId").text = message_id
    local = created_at.astimezone(BERLIN)
    document.find(f".//{NS}CreDtTm").text = local.strftime("%Y-%m-%dT%H:%M:%S")
    for number, information in enumerate(document.iter(f"{NS}PmtInfId"), 1):
        information.text = f"{message_id[:31]}-{number}"
    for bank in document.iter(f"{NS}FinInstnId"):
        if not len(bank):
            other = etree.SubElement(etree.SubElement(bank, f"{NS}Othr"), f"{NS}Id")
            other.text = "NOTPROVIDED"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(
        etree.fromstring(files("sepaxml").joinpath("schemas", f"{SCHEMA}.xsd").read_bytes())
    )


def _validate(document: etree._Element) -> None:
    """Against the schema that sepaxml ships; lxml does it in a tenth of the time of xmlschema."""
    _schema().assertValid(document)
