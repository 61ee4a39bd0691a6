"""The business itself: one row of settings, and the legal texts in versions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, false, select, true
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base, db
from kutego.labelled import Labelled
from kutego.models.chain import Chained
from kutego.models.federal_state import FederalState
from kutego.models.inbox import InboxSecurity
from kutego.models.industry import Industry
from kutego.models.payment_method import PaymentMethod
from kutego.money import FineMoney, Hundredths

Percent = Annotated[Decimal, mapped_column(Hundredths)]
LongText = Annotated[str, mapped_column(Text)]


class TaxMode(Labelled):
    REGULAR = "regular", "Regelbesteuerung"
    SMALL_BUSINESS = "small_business", "Kleinunternehmer (§ 19 UStG)"
    EXEMPT_21 = "exempt_21", "Steuerfrei (§ 4 Nr. 21 UStG)"
    EXEMPT_22 = "exempt_22", "Steuerfrei (§ 4 Nr. 22 UStG)"


class PriceMode(Labelled):
    GROSS = "gross", "Bruttopreise (Verbraucher)"
    NET = "net", "Nettopreise (Unternehmen)"


class MailSecurity(Labelled):
    STARTTLS = "starttls", "STARTTLS (meist Port 587)"
    TLS = "tls", "TLS (meist Port 465)"
    NONE = "none", "Keine (nur im eigenen Netz)"


class LetterService(Labelled):
    """Who prints and posts letters."""

    FOLDER = "folder", "Ordner (selbst drucken und aufgeben)"
    LETTERXPRESS = "letterxpress", "LetterXpress"


class CoveredRule(Labelled):
    """What a sale becomes that credit or a voucher pays in full (spec D-04, CRD-27)."""

    INVOICE = "invoice", "Immer eine Rechnung"
    WEBSITE = "website", "Bei Buchungen über die Webseite eine Buchung, sonst eine Rechnung"
    BOOKING = "booking", "Immer eine Buchung ohne Rechnung"


class SmsService(Labelled):
    """Who sends SMS."""

    FOLDER = "folder", "Ordner (nur zur Probe)"
    SEVEN = "seven", "seven.io"


def usual_methods() -> list[str]:
    """The payment methods of a new business, until it says which ones it takes."""
    return [PaymentMethod.BANK_TRANSFER.value, PaymentMethod.ON_SITE.value]


class Company(Base):
    """Everything the office sets up once. There is exactly one row, id 1."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    legal_form: Mapped[str | None]
    owner: Mapped[str | None]
    register: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    country: Mapped[str] = mapped_column(default="DE")
    federal_state: Mapped[FederalState | None]  # whose public holidays courses skip
    phone: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="Europe/Berlin")
    industry: Mapped[Industry | None]
    participant_word: Mapped[str] = mapped_column(default="Teilnehmer")
    participants_word: Mapped[str | None]  # of several; the same word where it is left empty
    participant_first_name_label: Mapped[str] = mapped_column(default="Vorname")
    participant_last_name_label: Mapped[str | None] = mapped_column(
        default="Nachname", server_default="Nachname"
    )
    participant_breed_label: Mapped[str | None]
    participant_level_label: Mapped[str | None] = mapped_column(
        default="Stufe", server_default="Stufe"
    )

    tax_mode: Mapped[TaxMode] = mapped_column(default=TaxMode.REGULAR)
    prices: Mapped[PriceMode] = mapped_column(default=PriceMode.GROSS)
    tax_number: Mapped[str | None]
    vat_id: Mapped[str | None]
    cancellation_fee_taxed: Mapped[bool] = mapped_column(default=False)

    bank_name: Mapped[str | None]
    account_holder: Mapped[str | None]
    iban: Mapped[str | None]
    bic: Mapped[str | None]
    creditor_id: Mapped[str | None]
    paypal: Mapped[str | None]  # where PayPal payments go: an address or a PayPal.Me link

    payment_methods: Mapped[list[str]] = mapped_column(JSON, default=usual_methods)
    due_days: Mapped[int] = mapped_column(default=14)
    offer_days: Mapped[int] = mapped_column(default=14)
    number_formats: Mapped[dict[str, Any]] = mapped_column(default=dict)
    invoice_intro: Mapped[LongText | None]
    invoice_closing: Mapped[LongText | None]
    receipt_text: Mapped[LongText | None]
    booking_text: Mapped[LongText | None]
    finance_module: Mapped[bool] = mapped_column(default=True, server_default=true())
    covered_rule: Mapped[CoveredRule] = mapped_column(
        default=CoveredRule.WEBSITE, server_default="website"
    )

    accent: Mapped[str] = mapped_column(default="#1f6f54")
    logo_sha256: Mapped[str | None]

    smtp_host: Mapped[str | None]
    smtp_port: Mapped[int | None]
    smtp_security: Mapped[MailSecurity] = mapped_column(default=MailSecurity.STARTTLS)
    smtp_user: Mapped[str | None]
    smtp_password: Mapped[LongText | None]  # sealed with the secret key, see channels.sealing
    mail_from: Mapped[str | None]
    mail_from_name: Mapped[str | None]
    reply_to: Mapped[str | None]
    mail_signature: Mapped[LongText | None]
    track_opens: Mapped[bool] = mapped_column(default=False, server_default=false())  # D-19
    imap_host: Mapped[str | None]
    imap_port: Mapped[int | None]
    imap_security: Mapped[InboxSecurity] = mapped_column(
        default=InboxSecurity.TLS, server_default="tls"
    )
    imap_user: Mapped[str | None]
    imap_password: Mapped[LongText | None]  # sealed
    imap_folder: Mapped[str] = mapped_column(default="INBOX", server_default="INBOX")

    letters_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    letter_service: Mapped[LetterService] = mapped_column(
        default=LetterService.FOLDER, server_default="folder"
    )
    letter_price: Mapped[Decimal] = mapped_column(default=Decimal("1.10"), server_default="110")
    letter_url: Mapped[str | None]
    letter_user: Mapped[str | None]
    letter_key: Mapped[LongText | None]  # sealed
    letter_test: Mapped[bool] = mapped_column(default=True, server_default=true())
    letter_colour: Mapped[bool] = mapped_column(default=False, server_default=false())
    letter_duplex: Mapped[bool] = mapped_column(default=False, server_default=false())
    sms_active: Mapped[bool] = mapped_column(default=False, server_default=false())
    sms_service: Mapped[SmsService] = mapped_column(
        default=SmsService.FOLDER, server_default="folder"
    )
    sms_price: Mapped[Decimal] = mapped_column(
        FineMoney, default=Decimal("0.075"), server_default="750"
    )
    sms_sender: Mapped[str | None] = mapped_column(String(16))
    sms_url: Mapped[str | None]
    sms_key: Mapped[LongText | None]  # sealed

    vouchers_wait: Mapped[bool] = mapped_column(  # sold codes are valid once they are paid
        default=True, server_default=true()
    )
    make_ups: Mapped[bool] = mapped_column(default=True, server_default=true())
    make_up_notice_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    make_up_valid_days: Mapped[int] = mapped_column(default=28, server_default="28")
    make_up_limit: Mapped[int | None]
    make_up_reminder_days: Mapped[int | None]  # before a claim expires; None: no mail
    appointment_reminder_days: Mapped[int | None] = mapped_column(default=1)  # None: no mail

    def __str__(self) -> str:
        return self.name

    @property
    def lock_root(self) -> "Company":
        return self

    @property
    def answers_to(self) -> str | None:
        """Where customers' answers to our mails go."""
        return self.reply_to or self.email or self.mail_from

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose local day stands on documents."""
        return ZoneInfo(self.timezone)


def company() -> Company:
    """The business. Raises where the database was never set up."""
    house = db.session.get_one(Company, 1)
    db.session.info["company"] = house  # a session remembers only what somebody holds
    return house


class LegalKind(Labelled):
    TERMS = "terms", "AGB"
    PRIVACY = "privacy", "Datenschutzhinweise"
    WITHDRAWAL = "withdrawal", "Widerrufsbelehrung"
    IMPRINT = "imprint", "Impressum"


class LegalText(Chained, Base):
    """One version of a legal text. A consent names the version that was read."""

    __tablename__ = "legal_text"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    kind: Mapped[LegalKind]
    number: Mapped[int]
    text: Mapped[LongText]
    valid_from: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))

    def __str__(self) -> str:
        return f"{self.kind.label}, Version {self.number}"


def current_legal_text(kind: LegalKind, on: date) -> LegalText | None:
    """The version of a text that holds on `on`, or None where none was written yet."""
    newest = (
        select(LegalText)
        .where(LegalText.kind == kind, LegalText.valid_from <= on)
        .order_by(LegalText.number.desc())
    )
    return db.session.scalar(newest.limit(1))
