"""The newsletter's consent log: asked for, confirmed, withdrawn (spec COM-14, LAW-07).

Advertising by e-mail needs an express consent that can be proved (§ 7 UWG, Art. 7 GDPR). Whoever
wants the newsletter confirms the address by a link (double opt-in), or has signed a form; the log
keeps when, how and to which words. A consent counts for the address it was given for.
"""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select

from kutego import clock
from kutego.actor import Actor
from kutego.channels import site
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    ConsentAction,
    ConsentSource,
    Customer,
    MailingRecipient,
    Message,
    MessageState,
    NewsletterConsent,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.messages import queue_message, suppress_message
from kutego.operations.offer_answers import CUSTOMER
from kutego.texts import gettext as _

VALID = timedelta(days=30)  # of the link that confirms
CONFIRM, UNSUBSCRIBE = "/newsletter/bestaetigen/", "/newsletter/abmelden/"


def consent_of(customer: Customer) -> NewsletterConsent | None:
    """What counts today: the newest line that is more than a question."""
    lines = select(NewsletterConsent).where(
        NewsletterConsent.customer_id == customer.id,
        NewsletterConsent.action != ConsentAction.ASKED,
    )
    return db.session.scalar(lines.order_by(NewsletterConsent.id.desc()).limit(1))


def is_subscribed(customer: Customer) -> bool:
    """Whether the customer has agreed to newsletters to the address of today."""
    consent = consent_of(customer)
    return (
        consent is not None
        and consent.action is ConsentAction.CONFIRMED
        and bool(customer.email)
        and consent.address == customer.email
    )


@operation
def ask_consent(
    customer: Customer, *, source: ConsentSource = ConsentSource.OFFICE, ip: str | None = None,
    on: date, by: Actor,
) -> NewsletterConsent:  # fmt: skip
    """Send a mail with a link that confirms the newsletter; without that click nothing happens.

    Only for whoever has asked for the newsletter: the mail itself carries no advertising.
    """
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if not customer.email:
        raise DomainError(_("Bitte zuerst eine E-Mail-Adresse eintragen."))
    if is_subscribed(customer):
        raise DomainError(_("%(name)s bekommt den Newsletter schon.", name=customer.name))
    asked = _add(
        customer, ConsentAction.ASKED, source, on=on, by=by, ip=ip, text=_words(),
        token=secrets.token_urlsafe(32),
    )  # fmt: skip
    queue_message(
        customer, "newsletter_confirm", link=site.link(f"{CONFIRM}{asked.token}"),
        days=VALID.days, words=asked.text,
    )  # fmt: skip
    return asked


@operation
def confirm_consent(
    asked: NewsletterConsent, *, ip: str | None = None, on: date, by: Actor = CUSTOMER
) -> NewsletterConsent:
    """Agree, by the link that was sent to the address. Pressed twice, it is one consent."""
    customer, newest = asked.customer, consent_of(asked.customer)
    if newest is not None and newest.id > asked.id and _confirms(newest, asked):
        return newest
    is_over = newest is not None and newest.id > asked.id  # withdrawn since
    is_late = asked.at < clock.now() - VALID
    if is_over or is_late or customer.is_locked or customer.email != asked.address:
        raise DomainError(_("Dieser Link gilt nicht mehr. Bitte melden Sie sich noch einmal an."))
    return _add(
        customer, ConsentAction.CONFIRMED, ConsentSource.LINK, on=on, by=by, ip=ip, text=asked.text
    )


@operation
def record_consent(
    customer: Customer, *, given_on: date, source: ConsentSource, note: str, on: date, by: Actor
) -> NewsletterConsent:
    """Note a consent given outside of Kutego, with its day and where the proof is kept."""
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und bekommt keine Nachrichten.", name=customer.name)
        )
    if not customer.email:
        raise DomainError(_("Bitte zuerst eine E-Mail-Adresse eintragen."))
    if given_on > on:
        raise DomainError(_("Das Datum der Einwilligung liegt in der Zukunft."))
    if not note.strip():
        raise DomainError(_("Bitte notieren, wo der Nachweis der Einwilligung liegt."))
    newest = consent_of(customer)
    if (
        newest is not None
        and newest.action is ConsentAction.WITHDRAWN
        and newest.given_on > given_on
    ):
        raise DomainError(
            _("Der Kunde hat sich am %(day)s abgemeldet. Eine ältere Einwilligung gilt nicht mehr.",
              day=f"{newest.given_on:%d.%m.%Y}")
        )  # fmt: skip
    if is_subscribed(customer):
        raise DomainError(_("%(name)s bekommt den Newsletter schon.", name=customer.name))
    return _add(
        customer, ConsentAction.CONFIRMED, source, on=on, by=by, given_on=given_on,
        note=note.strip(),
    )  # fmt: skip


@operation
def withdraw_consent(
    customer: Customer, *, note: str | None = None, on: date, by: Actor
) -> NewsletterConsent:
    """Take the customer off the newsletter, as asked for by telephone or in person."""
    newest = consent_of(customer)
    if not customer.newsletter and (newest is None or newest.action is ConsentAction.WITHDRAWN):
        raise DomainError(_("%(name)s bekommt keinen Newsletter.", name=customer.name))
    return _withdraw(
        customer, ConsentSource.OFFICE, on=on, by=by, note=(note or "").strip() or None
    )


@operation
def unsubscribe(
    customers: Sequence[Customer], *, source: ConsentSource, ip: str | None = None,
    mailing_id: int | None = None, on: date, by: Actor = CUSTOMER,
) -> None:  # fmt: skip
    """Take everybody who is reached at an address off the newsletter. Twice changes nothing."""
    for customer in customers:
        newest = consent_of(customer)
        if customer.newsletter or newest is None or newest.action is not ConsentAction.WITHDRAWN:
            _withdraw(customer, source, on=on, by=by, ip=ip, mailing_id=mailing_id)


def reached_by(recipient: MailingRecipient) -> list[Customer]:
    """Whoever a link in a newsletter unsubscribes: its customer, and others at the same address."""
    same = (Customer.email == recipient.email) & Customer.newsletter
    found = select(Customer).where(or_(Customer.id == recipient.customer_id, same))
    return list(db.session.scalars(found.order_by(Customer.id)))


# --- parts ------------------------------------------------------------------------------------


def _words() -> str:
    """What is agreed to, word by word; the log keeps it."""
    return _(
        "Ja, ich möchte den Newsletter von %(name)s mit Kursen, Angeboten und Neuigkeiten per "
        "E-Mail bekommen. Ich kann ihn jederzeit abbestellen, zum Beispiel über den Link in jedem "
        "Newsletter.",
        name=company().name,
    )


def _confirms(newest: NewsletterConsent, asked: NewsletterConsent) -> bool:
    return newest.action is ConsentAction.CONFIRMED and newest.address == asked.address


def _withdraw(
    customer: Customer, source: ConsentSource, *, on: date, by: Actor, **more: object
) -> NewsletterConsent:
    line = _add(customer, ConsentAction.WITHDRAWN, source, on=on, by=by, **more)
    waiting = select(Message).where(
        Message.customer_id == customer.id,
        Message.state == MessageState.QUEUED,
        Message.handed_over_at.is_(None),
        Message.unsubscribe_path.startswith(UNSUBSCRIBE),
    )
    for message in db.session.scalars(waiting):
        suppress_message(message, _("Vom Newsletter abgemeldet."))
    return line


def _add(
    customer: Customer, action: ConsentAction, source: ConsentSource, *, on: date, by: Actor,
    **more: object,
) -> NewsletterConsent:  # fmt: skip
    line = NewsletterConsent(
        customer=customer, action=action, source=source, at=clock.now(), address=customer.email,
        recorded_by=by.name, **{"given_on": on} | more,
    )  # fmt: skip
    db.session.add(line)
    if action is not ConsentAction.ASKED:
        customer.newsletter = action is ConsentAction.CONFIRMED
    db.session.flush()
    is_noted = action is ConsentAction.CONFIRMED and source is not ConsentSource.LINK
    told = "recorded" if is_noted else action.value
    log_activity(
        customer, f"newsletter.{told}", by=by, source=source,
        personal={"email": customer.email},
    )  # fmt: skip
    return line
