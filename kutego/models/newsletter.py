"""Who agreed to the newsletter, when and how: the proof that § 7 UWG and Art. 7 GDPR ask for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer


class ConsentAction(Labelled):
    ASKED = "asked", "Um Bestätigung gebeten"
    CONFIRMED = "confirmed", "Eingewilligt"
    WITHDRAWN = "withdrawn", "Abgemeldet"


class ConsentSource(Labelled):
    """How we know."""

    OFFICE = "office", "Büro"
    PAPER = "paper", "Unterschriebenes Formular"
    LINK = "link", "Link in der E-Mail"
    ONE_CLICK = "one_click", "Abmeldung im E-Mail-Programm"
    WEBSITE = "website", "Website"
    IMPORT = "import", "Import"


class NewsletterConsent(Base):
    """One line of the log. The newest of a customer counts; `Customer.newsletter` follows it.

    A consent counts for the address it was given for. Rows are added, never changed.
    """

    __tablename__ = "newsletter_consent"
    __table_args__ = (Index("ix_newsletter_consent_customer_id_id", "customer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    action: Mapped[ConsentAction]
    at: Mapped[datetime]  # when it was written down
    given_on: Mapped[date]  # the day that counts: on paper it may be an earlier one
    source: Mapped[ConsentSource]
    address: Mapped[str | None]  # the e-mail address it is about
    text: Mapped[LongText | None]  # what was agreed to, word by word
    note: Mapped[str | None]  # where the form lies, for instance
    ip: Mapped[str | None] = mapped_column(String(45))
    recorded_by: Mapped[str]
    token: Mapped[str | None] = mapped_column(String(43), unique=True)  # of the link to confirm
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), index=True)

    customer: Mapped[Customer] = relationship()

    def __str__(self) -> str:
        return f"{self.action.label} am {self.given_on:%d.%m.%Y}"
