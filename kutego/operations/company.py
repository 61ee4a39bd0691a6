"""The business itself: set up once, corrected in the settings."""

import re
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from schwifty import BIC
from schwifty.exceptions import SchwiftyException
from sqlalchemy.exc import IntegrityError
from stdnum.de import stnr
from stdnum.eu import at_02, vat
from stdnum.exceptions import ValidationError

from kutego.actor import Actor
from kutego.channels.email import Email
from kutego.channels.sealing import seal
from kutego.channels.smtp import Fate, SafeConnection, server_of
from kutego.db import db, operation, transaction
from kutego.errors import DomainError
from kutego.models import Company, NumberRange, PaymentMethod, company
from kutego.models.company import usual_methods
from kutego.operations.appointment_reminders import check_reminder
from kutego.operations.company_services import check_services
from kutego.operations.customers import checked_iban, email_address, phone_number
from kutego.operations.house_words import fill_words
from kutego.operations.inbox_settings import check_inbox_settings
from kutego.operations.make_up_rules import check_make_up_rules
from kutego.operations.master_data import changed_fields, rule_for, save_record
from kutego.operations.number_formats import check_formats
from kutego.operations.numbers import GUARD
from kutego.texts import gettext as _

NAMES = (
    "name", "legal_form", "owner", "register", "street", "postcode", "city", "bank_name",
    "account_holder", "paypal", "participant_word", "participants_word",
    "participant_first_name_label", "participant_last_name_label", "participant_breed_label",
    "participant_level_label", "mail_from_name", "smtp_user", "letter_user",
)  # fmt: skip
DAYS = {
    "due_days": ("Die Zahlungsfrist", 0, 365),
    "offer_days": ("Die Gültigkeit von Angeboten", 1, 365),
}
SECRETS = ("smtp_password", "imap_password", "letter_key", "sms_key")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@operation
def set_up_company(values: dict[str, Any], *, by: Actor) -> Company:
    """Make the one company of an empty database, and the guard of its number ranges.

    Legal texts are not invented: until the office writes them, there are none.
    """
    if db.session.get(Company, 1) is not None:
        raise DomainError(_("Der Betrieb ist schon eingerichtet."))
    try:
        with transaction():
            record = save_record(Company(), values, by=by)
            db.session.add(NumberRange(kind=GUARD[0], year=GUARD[1], last=0))
    except IntegrityError as error:  # on PostgreSQL two may begin at the same time
        raise DomainError(_("Der Betrieb ist schon eingerichtet.")) from error
    return record


@operation
def save_company(values: dict[str, Any], *, revision: int | None = None, by: Actor) -> Company:
    """Change settings. Passwords and keys are plain here and sealed before they are stored.

    Raises `DomainError` with what is wrong, `ConcurrentChange` where `revision` is not the
    present one.
    """
    values = dict(values)
    for name in SECRETS:
        if values.get(name):
            values[name] = seal(values[name])
    return save_record(company(), values, revision=revision, by=by)


def send_test_mail(recipient: str) -> None:
    """Send an e-mail with the stored settings right now, or refuse with the server's own words."""
    record, server, address = company(), server_of(company()), email_address(recipient)
    if server is None or address is None or not record.mail_from:
        raise DomainError(_("Bitte zuerst Mailserver und Absenderadresse speichern."))
    email = Email(
        message_id=make_msgid(domain=record.mail_from.rpartition("@")[2]),
        sender=(record.mail_from_name or record.name, record.mail_from),
        recipient=("", address),
        subject=_("Testmail von %(name)s", name=record.name),
        text=_("Diese E-Mail zeigt, dass der Versand funktioniert.")
        + (f"\n\n-- \n{record.mail_signature}" if record.mail_signature else "")
        + "\n",
    )
    db.session.rollback()  # nothing stays open while the server takes its time
    with SafeConnection(server) as connection:
        outcome = connection.deliver(email)
    if outcome.fate is not Fate.SENT:
        raise DomainError(outcome.reason or _("Der Mailserver hat die E-Mail nicht genommen."))


@rule_for(Company)
def check_company(record: Company, by: Actor) -> None:
    """What must hold for the settings; completes what follows from something else."""
    record.id = 1
    if not record.name:
        raise DomainError(_("Bitte den Namen des Betriebs eingeben."))
    _refuse_markup(record)
    _check_contact(record)
    _check_tax(record)
    _check_bank(record)
    _check_days(record)
    _check_methods(record)
    _check_mail(record)
    check_services(record)
    check_make_up_rules(record)
    check_reminder(record)
    record.accent = (record.accent or "#1f6f54").lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", record.accent):
        raise DomainError(_("Die Farbe besteht aus # und sechs Zeichen, zum Beispiel #1f6f54."))
    old = changed_fields(record).get("number_formats", [record.number_formats])[0]
    record.number_formats = check_formats(old or {}, record.number_formats or {})
    fill_words(record)


def _refuse_markup(record: Company) -> None:
    """Names go into letters, mails and tables: no tags, and nothing a spreadsheet would run."""
    for name in NAMES:
        text = getattr(record, name) or ""
        if re.search(r"[<>\n]", text) or text[:1] in tuple("=+@"):
            raise DomainError(
                _("„%(text)s“: bitte ohne spitze Klammern, „=“ oder „+“ am Anfang.", text=text[:40])
            )


def _check_contact(record: Company) -> None:
    record.country = (record.country or "DE").upper()
    if not re.fullmatch(r"[A-Z]{2}", record.country):
        raise DomainError(_("Das Land ist ein Kürzel aus zwei Buchstaben, zum Beispiel DE."))
    record.email = email_address(record.email)
    record.phone = phone_number(record.phone, record.country)
    if record.country == "DE" and not re.fullmatch(r"\d{5}", record.postcode or "00000"):
        raise DomainError(_("Die Postleitzahl hat 5 Ziffern. Bitte prüfen."))
    if record.website:
        record.website = _web_address(record.website)
    if record.timezone and record.timezone not in available_timezones():
        raise DomainError(_("Die Zeitzone „%(zone)s“ gibt es nicht.", zone=record.timezone))


def _web_address(text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s<>\"]", address):
        raise DomainError(
            _("„%(text)s“ ist keine Internetadresse. Bitte die Schreibweise prüfen.", text=text)
        )
    return address


def _check_tax(record: Company) -> None:
    if record.tax_number and record.country == "DE" and not stnr.is_valid(record.tax_number):
        raise DomainError(
            _(
                "Die Steuernummer „%(number)s“ hat nicht die Form des Finanzamts, zum Beispiel "
                "21/815/08150.",
                number=record.tax_number,
            )
        )
    if record.vat_id:
        try:
            record.vat_id = vat.validate(record.vat_id)
        except ValidationError as error:
            raise DomainError(
                _(
                    "Die USt-IdNr. „%(number)s“ stimmt nicht. Bitte Zeichen für Zeichen prüfen.",
                    number=record.vat_id,
                )
            ) from error


def _check_bank(record: Company) -> None:
    """BIC and bank follow from the IBAN where the directory of banks knows it."""
    iban = checked_iban(record.iban)
    changed = "iban" in changed_fields(record)
    record.iban = str(iban) if iban else None
    if iban and iban.bic and (changed or not record.bic):
        record.bic, record.bank_name = str(iban.bic), iban.bank_name or record.bank_name
    try:
        record.bic = str(BIC(record.bic)) if record.bic else None
    except SchwiftyException as error:
        raise DomainError(
            _("Der BIC „%(bic)s“ stimmt nicht. Bitte prüfen.", bic=record.bic)
        ) from error
    if record.creditor_id:
        if not at_02.is_valid(record.creditor_id):
            raise DomainError(
                _(
                    "Die Gläubiger-ID „%(id)s“ stimmt nicht, sie sieht so aus: DE98ZZZ09999999999.",
                    id=record.creditor_id,
                )
            )
        record.creditor_id = at_02.compact(record.creditor_id)


def _check_days(record: Company) -> None:
    for name, (label, least, most) in DAYS.items():
        days = getattr(record, name)
        if days is not None and not least <= days <= most:
            raise DomainError(
                _(
                    "%(what)s liegt zwischen %(least)s und %(most)s Tagen.",
                    what=_(label),
                    least=least,
                    most=most,
                )
            )


def _check_methods(record: Company) -> None:
    known = [method.value for method in PaymentMethod]
    chosen = usual_methods() if record.payment_methods is None else record.payment_methods
    if not chosen or set(chosen) - set(known):
        raise DomainError(_("Bitte mindestens eine Zahlungsmethode aus der Liste erlauben."))
    record.payment_methods = [value for value in known if value in chosen]


def _check_mail(record: Company) -> None:
    record.mail_from = email_address(record.mail_from)
    record.reply_to = email_address(record.reply_to)
    check_inbox_settings(record)
    if not record.smtp_user:
        record.smtp_password = None
    if not record.smtp_host:
        return
    if not HOST.fullmatch(record.smtp_host):
        raise DomainError(
            _(
                "„%(host)s“ ist kein Name eines Mailservers, zum Beispiel smtp.ihr-anbieter.de.",
                host=record.smtp_host,
            )
        )
    if record.smtp_port is None or not 1 <= record.smtp_port <= 65535:
        raise DomainError(_("Der Port ist eine Zahl von 1 bis 65535, meist 587 oder 465."))
    if not record.mail_from:
        raise DomainError(_("Bitte die Absenderadresse der E-Mails eingeben."))
