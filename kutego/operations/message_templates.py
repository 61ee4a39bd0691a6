"""Templates of messages: saved texts of the office, filled for one customer (spec COM-11)."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Company, CourseDate, Customer, MailingRule, MessageTemplate, company
from kutego.operations.activity import log_activity
from kutego.operations.master_data import rule_for
from kutego.rendering.mail import greeting
from kutego.rendering.placeholders import check, fill
from kutego.texts import gettext as _
from kutego.texts import marked as m

CUSTOMER = {
    "anrede": m("Guten Tag Frau Kuhn"),
    "vorname": m("Anna"),
    "nachname": m("Kuhn"),
    "name": m("Anna Kuhn"),
    "firma": m("Kuhn GmbH"),
    "kundennummer": "10023",
    "email": "anna@example.org",
    "telefon": "+49 361 123456",
    "ort": m("Erfurt"),
    "heute": "23.11.2026",
    "betrieb": m("der Name Ihres Betriebs"),
    "betrieb_telefon": m("Ihre Telefonnummer"),
    "betrieb_email": m("Ihre E-Mail-Adresse"),
}  # what every message knows, with an example for the screen
FURTHER: dict[str, str] = {}  # what only some messages know, such as those about a course


def register_placeholders(**examples: str) -> None:
    """Let templates use further placeholders, which whoever fills them gives as `more`."""
    FURTHER.update(examples)


def filled(subject: str, text: str, customer: Customer, **more: str) -> tuple[str, str]:
    """Subject and text for this customer. `more`: further placeholders and their values.

    Raises `DomainError` with the list of the known ones where the text has another.
    """
    values = values_for(customer, company()) | more
    return " ".join(fill(subject, values).split()), fill(text, values).strip()


def values_for(customer: Customer, house: Company) -> dict[str, str]:
    """What the placeholders of every message stand for; what is not known is left empty."""
    return customer_values(customer) | house_values(house)


def customer_values(customer: Customer) -> dict[str, str]:
    """What differs from customer to customer."""
    return {
        "anrede": greeting(customer),
        "vorname": customer.first_name or "",
        "nachname": customer.last_name or "",
        "name": customer.name or "",
        "firma": customer.company_name or "",
        "kundennummer": customer.number or "",
        "email": customer.email or "",
        "telefon": customer.phone or customer.mobile or "",
        "ort": customer.city or "",
    }


def house_values(house: Company) -> dict[str, str]:
    """What is the same for everybody today."""
    return {
        "heute": f"{clock.today(house.zone):%d.%m.%Y}",
        "betrieb": house.name,
        "betrieb_telefon": house.phone or "",
        "betrieb_email": house.email or house.mail_from or "",
    }


def check_texts(subject: str | None, text: str | None, known: Collection[str]) -> None:
    """Refuse a subject or a text that is empty or has an unknown placeholder."""
    if not subject or not text:
        raise DomainError(_("Bitte Betreff und Text eingeben."))
    if "\n" in subject:
        raise DomainError(_("Der Betreff hat nur eine Zeile."))
    for part in (subject, text):
        check(part, known)


@rule_for(MessageTemplate)
def check_template(template: MessageTemplate, by: Actor) -> None:
    """A template has a name of its own, a subject and a text with known placeholders."""
    if not template.name:
        raise DomainError(_("Bitte der Vorlage einen Namen geben."))
    named = select(MessageTemplate.id).where(
        func.lower(MessageTemplate.name) == template.name.lower(),
        MessageTemplate.id != (template.id or 0),
    )
    if db.session.scalar(named) is not None:
        raise DomainError(_("Eine Vorlage „%(name)s“ gibt es schon.", name=template.name))
    check_texts(template.subject, template.text, [*CUSTOMER, *FURTHER])
    if template.created_at is None:
        template.created_at = clock.now()


@operation
def delete_template(template: MessageTemplate, *, on: date, by: Actor) -> None:
    """Delete a template. What was written with it stays; a rule of a course needs it."""
    needed = select(CourseDate.title).join(MailingRule, MailingRule.course_date_id == CourseDate.id)
    if title := db.session.scalar(needed.where(MailingRule.template_id == template.id).limit(1)):
        raise DomainError(_("„%(course)s“ sendet diese Vorlage von selbst. Bitte dort zuerst die "
                            "Regel entfernen.", course=title))  # fmt: skip
    log_activity(template, "message_template.deleted", by=by, name=template.name)
    db.session.delete(template)
