"""What can be imported: the fields of each kind of file, their headings, and how a cell is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale

from kutego.errors import DomainError
from kutego.labelled import Labelled
from kutego.models import Gender, ImportKind, PaymentMethod, Salutation
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import search_key

Read = Callable[[str], Any]

DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
AMOUNT = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?")
ENGLISH_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)\.(\d{1,2})")
YES, NO = {"ja", "j", "x", "1", "wahr", "true", "yes"}, {"nein", "n", "0", "falsch", "false", "no"}


@dataclass(frozen=True)
class Field:
    """One thing that a column may hold. `guesses` are other headings it is known by."""

    name: str
    label: str
    guesses: str = ""
    read: Read = str
    required: bool = False

    @property
    def known_as(self) -> set[str]:
        """The folded headings by which it is guessed."""
        return {plain(word) for word in (self.label, *self.guesses.split("|"))}


def plain(heading: str) -> str:
    """A heading without what people add to it: blanks, dots, capitals."""
    return re.sub(r"[^a-z0-9]", "", search_key(heading))


def day(text: str) -> date:
    """`24.12.2026` or `2026-12-24`."""
    try:
        if found := DAY.fullmatch(text):
            d, month, year = map(int, found.groups())
            return date(year, month, d)
        return datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007  # a day, no moment
    except ValueError as error:
        raise DomainError(_("„%(text)s“ ist kein Datum wie 24.12.2026.", text=text)) from error


def amount(text: str) -> Decimal:
    """`1.234,50`, `1234,5 €` or `1234.50`."""
    bare = text.replace("€", "").replace("EUR", "").replace("%", "").replace("\u00a0", "").strip()
    found = AMOUNT.fullmatch(bare) or ENGLISH_AMOUNT.fullmatch(bare)
    if found is None or not bare.isascii():
        raise DomainError(_("„%(text)s“ ist kein Betrag wie 1.234,50.", text=text))
    sign, whole, cents = found.groups()
    digits = whole.replace(".", "").replace(",", "")
    return Decimal(f"{sign}{digits}.{cents or 0}").quantize(Decimal("0.01"))


def whole(text: str) -> int:
    """A number without a comma."""
    if not re.fullmatch(r"\d{1,4}", text):
        raise DomainError(_("„%(text)s“ ist keine ganze Zahl.", text=text))
    return int(text)


def country(text: str) -> str:
    """`DE` or `Deutschland`."""
    if (code := text.upper()) in _countries().values():
        return code
    if (found := _countries().get(plain(text))) is None:
        raise DomainError(_("Das Land „%(text)s“ kennen wir nicht.", text=text))
    return found


@cache
def _countries() -> dict[str, str]:
    names = Locale("de").territories
    return {plain(name): code for code, name in names.items() if re.fullmatch("[A-Z]{2}", code)}


def yes_no(text: str) -> bool:
    """`ja` or `nein`, or what programs write for them."""
    word = text.lower()
    if word not in YES | NO:
        raise DomainError(_("„%(text)s“ ist weder „ja“ noch „nein“.", text=text))
    return word in YES


def one_of(kind: type[Labelled], **others: Labelled) -> Read:
    """A member of a closed list, by its label or its value or another word for it."""
    known = {plain(member.label): member for member in kind} | {plain(k): k for k in kind}
    known |= {plain(word): member for word, member in others.items()}

    def _read(text: str) -> Any:
        if (member := known.get(plain(text))) is None:
            choices = ", ".join(member.label for member in kind)
            raise DomainError(
                _("„%(text)s“ kennen wir nicht. Möglich sind: %(choices)s.",
                  text=text, choices=choices)
            )  # fmt: skip
        return member

    return _read


_salutation = one_of(Salutation, fr=Salutation.MS, hr=Salutation.MR, herrn=Salutation.MR,
                    mrs=Salutation.MS, familien=Salutation.FAMILY)  # fmt: skip
_gender = one_of(Gender, w=Gender.FEMALE, m=Gender.MALE, d=Gender.DIVERSE, frau=Gender.FEMALE,
                herr=Gender.MALE, huendin=Gender.FEMALE, ruede=Gender.MALE)  # fmt: skip
_method = one_of(PaymentMethod)

OWNER = (
    Field("customer_number", m("Kundennummer"), "Kunden-Nr.|Kundennr|KdNr|Nummer"),
    Field("former_number", m("Bisherige Kundennummer"), "Alte Kundennummer|Altnummer"),
    Field("customer_email", m("E-Mail des Kunden"), "E-Mail|Mail|E-Mail-Adresse|Email"),
)
CUSTOMER = (
    Field(
        "former_number",
        m("Bisherige Kundennummer"),
        "Kundennummer|Kunden-Nr.|Kundennr|KdNr|Nummer|Alte Kundennummer|ID",
    ),
    Field("salutation", m("Anrede"), "Geschlecht", _salutation),
    Field("title", m("Titel"), "Akademischer Titel"),
    Field("first_name", m("Vorname"), "Vornamen|Firstname|First name"),
    Field("last_name", m("Nachname"), "Name|Familienname|Zuname|Lastname|Last name"),
    Field("company_name", m("Firma"), "Firmenname|Unternehmen|Organisation|Company"),
    Field("is_company", m("Firmenkunde (ja/nein)"), "Firmenkunde|Ist Firma", yes_no),
    Field("vat_id", m("USt-IdNr."), "Ust-ID|Umsatzsteuer-ID|UStIdNr"),
    Field("street", m("Straße"), "Strasse|Straße und Hausnummer|Straße Nr.|Anschrift|Adresse"),
    Field("house_number", m("Hausnummer"), "Haus-Nr.|Hausnr|HNr"),
    Field("address_extra", m("Adresszusatz"), "Zusatz|c/o|Adresszeile 2"),
    Field("postcode", m("PLZ"), "Postleitzahl|Zip|Postcode"),
    Field("city", m("Ort"), "Stadt|Wohnort|City"),
    Field("country", m("Land"), "Ländercode|Country|Staat", country),
    Field("email", m("E-Mail"), "Mail|E-Mail-Adresse|Email|Mailadresse"),
    Field("phone", m("Telefon"), "Telefonnummer|Festnetz|Tel.|Telefon privat|Phone"),
    Field("mobile", m("Mobil"), "Handy|Mobiltelefon|Mobilnummer|Handynummer|Mobile"),
    Field("further_phone", m("Weiteres Telefon"), "Telefon 2|Telefon geschäftlich"),
    Field("birthday", m("Geburtstag"), "Geburtsdatum|geb.|geboren|geboren am|Birthday", day),
    Field("payment_method", m("Zahlungsmethode"), "Zahlungsart|Zahlungsweise", _method),
    Field("permanent_discount", m("Dauerhafter Rabatt"), "Rabatt|Rabatt %|Dauerrabatt", amount),
    Field("iban", m("IBAN"), "Kontonummer IBAN"),
    Field("bic", m("BIC"), "Swift|BIC/Swift"),
    Field("account_holder", m("Kontoinhaber"), "Inhaber"),
    Field("customer_group", m("Kundengruppe"), "Gruppe"),
    Field("remark", m("Bemerkung"), "Notiz|Notizen|Kommentar|Anmerkung|Interne Bemerkung"),
)
PARTICIPANT = (
    *OWNER,
    Field("first_name", m("Name ({participant})"),
          "Vorname|Name|Teilnehmer|Rufname|Hund|Hundename|Kind", required=True),
    Field("last_name", m("Nachname"), "Familienname"),
    Field("birthday", m("Geburtstag"), "Geburtsdatum|geb.|Wurfdatum|geboren am", day),
    Field("gender", m("Geschlecht"), "", _gender),
    Field("breed", m("Rasse"), "Hunderasse"),
    Field("relation", m("Beziehung"), "Verhältnis"),
    Field("remark", m("Bemerkung"), "Notiz|Kommentar|Anmerkung"),
)  # fmt: skip
BALANCE = (
    *OWNER,
    Field("amount", m("Guthaben"), "Betrag|Saldo|Stand|Anfangsguthaben", amount, required=True),
    Field("received_on", m("Datum"), "Stichtag|Vom|Stand vom", day),
    Field("text", m("Verwendungszweck"), "Text|Bemerkung|Zweck"),
)
CONTRACT = (
    *OWNER,
    Field("participant", m("{participant}"), "Name des Teilnehmers|Hund|Kind"),
    Field("course", m("Dauerkurs"), "Kurs|Kurstermin|Angebot", required=True),
    Field("term", m("Laufzeitvorlage"), "Laufzeit|Tarif|Vertragsart", required=True),
    Field("starts_on", m("Vertragsbeginn"), "Beginn|Start|Ab", day, required=True),
    Field("first_invoice_on", m("Erste Rechnung ab"), "Nächste Rechnung|Abrechnung ab", day),
    Field("billing_day", m("Abrechnungstag"), "Tag im Monat", whole),
    Field("price", m("Preis"), "Preis je Zeitraum|Beitrag|Betrag", amount),
    Field("discount_percent", m("Rabatt in Prozent"), "Rabatt|Rabatt %", amount),
    Field("payment_method", m("Zahlungsmethode"), "Zahlungsart|Zahlungsweise", _method),
)
FIELDS: Mapping[ImportKind, Sequence[Field]] = {
    ImportKind.CUSTOMERS: CUSTOMER,
    ImportKind.PARTICIPANTS: PARTICIPANT,
    ImportKind.BALANCES: BALANCE,
    ImportKind.CONTRACTS: CONTRACT,
}


def guessed(kind: ImportKind, headings: Sequence[str]) -> dict[str, int]:
    """Which column probably holds which field: `{field: place}`. Each column once."""
    folded = [plain(heading) for heading in headings]
    found: dict[str, int] = {}
    for exact in (True, False):  # what a field is called comes before what else it may be called
        for field in FIELDS[kind]:
            words = {plain(field.label)} if exact else field.known_as
            free = (p for p, h in enumerate(folded) if h in words and p not in found.values())
            if field.name not in found and (place := next(free, None)) is not None:
                found[field.name] = place
    return found


def read_cells(
    kind: ImportKind, mapping: Mapping[str, int], cells: Sequence[str]
) -> dict[str, Any]:
    """The values of a row in the types of their fields; an empty cell is left out.

    Raises `DomainError` that names the column.
    """
    values: dict[str, Any] = {}
    for field in FIELDS[kind]:
        place = mapping.get(field.name)
        text = cells[place] if place is not None and place < len(cells) else ""
        if text:
            try:
                values[field.name] = field.read(text)
            except DomainError as refusal:
                raise DomainError(f"{_(field.label)}: {refusal}") from refusal
        elif field.required:
            raise DomainError(_("%(field)s fehlt.", field=_(field.label)))
    return values
