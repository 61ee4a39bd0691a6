"""Offers: prepared by the office, sent once, corrected while they are open, taken back."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    Message,
    NumberKind,
    Offer,
    OfferPosition,
    OfferState,
    PaymentMethod,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.invoices import as_input, refuse_changed
from kutego.operations.messages import queue_message
from kutego.operations.numbers import draw_number
from kutego.operations.offer_versions import consent_texts, mail_offer, priced_offer, write_version
from kutego.operations.payment_methods import narrowing, refuse_method
from kutego.operations.positions import PositionInput, make_positions
from kutego.operations.pricing import Priced
from kutego.operations.waitlist_answers import give_up_place
from kutego.texts import gettext as _

TOKEN_BYTES = 32
LONGEST_TEXT = 20_000  # characters
LONGEST_VALIDITY = timedelta(days=731)


@operation
def save_offer(
    customer: Customer,
    *,
    positions: Sequence[PositionInput],
    payment_method: PaymentMethod,
    method_locked: bool = False,
    text: str | None = None,
    valid_until: date | None = None,
    offer: Offer | None = None,
    revision: int | None = None,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> Offer:
    """Keep a draft, or correct an open offer by a new version that the customer must read anew.

    Without `valid_until` a draft gets its last day when it is issued. `send_mail` tells the
    customer of the new version (spec OFF-13, OFF-25).
    """
    if offer is None:
        offer = Offer(customer=customer, created_at=clock.now())
    refuse_changed(offer, revision)
    refuse_edit(offer, customer)
    refuse_method(payment_method, offer.payment_method, narrowing(positions))
    lines = make_positions(OfferPosition, customer, positions)
    priced = priced_offer(lines)
    offer.payment_method, offer.method_locked = payment_method, method_locked
    offer.text, offer.valid_until = _checked_text(text), _checked_day(valid_until, on)
    offer.total, offer.positions = priced.gross, lines
    offer.email = customer.email
    offer.revision = (offer.revision or 0) + 1
    db.session.add(offer)
    if offer.state is OfferState.OPEN:
        _correct(offer, priced, send_mail=send_mail, on=on, by=by)
    else:
        log_activity(offer, "offer.drafted", by=by, total=priced.gross)
    return offer


@operation
def issue_offer(offer: Offer, *, send_mail: bool = True, on: date, by: Actor) -> Offer:
    """Give the offer its number and its public page, and mail both to the customer."""
    if not offer.can(OfferState.OPEN):
        raise DomainError(_("%(number)s ist schon ausgestellt.", number=offer))
    _refuse_customer(offer.customer, send_mail)
    consent_texts(on)
    lines = make_positions(
        OfferPosition, offer.customer, [as_input(line) for line in offer.positions]
    )
    priced = priced_offer(lines)
    offer.valid_until = _checked_day(offer.valid_until, on) or on + timedelta(
        days=company().offer_days
    )
    offer.move_to(OfferState.OPEN)
    offer.positions, offer.total = lines, priced.gross
    offer.issued_on, offer.email = on, offer.customer.email
    offer.token = secrets.token_urlsafe(TOKEN_BYTES)
    offer.number = draw_number(NumberKind.OFFER, on=on)
    offer.revision += 1
    write_version(offer, priced, on)
    log_activity(offer, "offer.issued", by=by, number=offer.number, total=offer.total)
    if send_mail:
        mail_offer(offer)
    return offer


@operation
def withdraw_offer(
    offer: Offer, *, reason: str | None = None, notify: bool = False, on: date, by: Actor
) -> None:
    """Take an unanswered offer back. Its public page says no more than that it is over."""
    offer.move_to(OfferState.WITHDRAWN)
    give_up_place(offer, by=by)
    offer.revision += 1
    why = (reason or "").strip()
    log_activity(
        offer, "offer.withdrawn", by=by, number=offer.number,
        personal={"reason": why} if why else None,
    )  # fmt: skip
    if notify:
        queue_message(
            offer.customer, "offer_withdrawn", subject_of=offer, recipient=offer.email, offer=offer
        )


@operation
def resend_offer(offer: Offer, *, to_current: bool = False, on: date, by: Actor) -> Message:
    """Send the newest version again, to its own address or to the customer's of today."""
    if offer.state is not OfferState.OPEN:
        raise DomainError(_("Nur ein offenes Angebot kann gesendet werden."))
    _refuse_expired(offer, on)
    recipient = offer.customer.email if to_current else offer.email
    if not recipient:
        raise DomainError(_("Für den Versand fehlt eine E-Mail-Adresse. Bitte ergänzen."))
    message = mail_offer(offer, recipient=recipient)
    log_activity(offer, "offer.resent", by=by, personal={"recipient": recipient})
    return message


@operation
def copy_offer(offer: Offer, *, on: date, by: Actor) -> Offer:
    """A new draft with the same positions and text, for the same customer."""
    inputs = [as_input(position) for position in offer.positions]
    copy = save_offer(
        offer.customer,
        positions=inputs,
        payment_method=offer.payment_method,
        method_locked=offer.method_locked,
        text=offer.text,
        on=on,
        by=by,
    )
    log_activity(copy, "offer.copied", by=by, of=offer.number or str(offer.id))
    return copy


@operation
def delete_draft(offer: Offer, *, on: date, by: Actor) -> None:
    """Throw a draft away. An issued offer is never deleted (spec OFF-21)."""
    if offer.state is not OfferState.DRAFT:
        raise DomainError(
            _("%(number)s ist ausgestellt und bleibt. Bitte zurückziehen.", number=offer)
        )
    log_activity(offer, "offer.draft_deleted", by=by, total=offer.total)
    db.session.delete(offer)


# --- parts ------------------------------------------------------------------------------------


def _correct(offer: Offer, priced: Priced, *, send_mail: bool, on: date, by: Actor) -> None:
    _refuse_customer(offer.customer, send_mail)
    consent_texts(on)
    if offer.valid_until is None:
        raise DomainError(_("Bitte eingeben, bis wann das Angebot gilt."))
    write_version(offer, priced, on)
    log_activity(
        offer, "offer.edited", by=by, number=offer.number, version=offer.version, total=offer.total
    )
    if send_mail:
        mail_offer(offer, "offer_new_version")


def refuse_edit(offer: Offer, customer: Customer) -> None:
    """Only a draft or an open offer of this customer is written on."""
    if offer.id is not None and offer.customer_id != customer.id:
        raise DomainError(_("%(number)s gehört einem anderen Kunden.", number=offer))
    if offer.state not in (None, OfferState.DRAFT, OfferState.OPEN):
        raise DomainError(
            _("%(number)s ist „%(state)s“ und bleibt, wie es ist. Bitte kopieren.",
              number=offer, state=offer.state.label)
        )  # fmt: skip


def _refuse_customer(customer: Customer, send_mail: bool) -> None:
    if customer.is_locked:
        raise DomainError(
            _("%(name)s ist gesperrt und könnte das Angebot nicht annehmen.", name=customer.name)
        )
    if send_mail and not customer.email:
        raise DomainError(
            _(
                "%(name)s hat keine E-Mail-Adresse. Bitte ergänzen, oder ohne E-Mail ausstellen.",
                name=customer.name,
            )
        )


def _refuse_expired(offer: Offer, on: date) -> None:
    if offer.is_expired(on):
        raise DomainError(
            _(
                "%(number)s ist seit dem %(day)s abgelaufen. Bitte zuerst die Gültigkeit ändern.",
                number=offer,
                day=f"{offer.valid_until:%d.%m.%Y}",
            )
        )


def _checked_text(text: str | None) -> str | None:
    text = (text or "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise DomainError(_("Der Angebotstext hat höchstens %(most)s Zeichen.", most=LONGEST_TEXT))
    return text or None


def _checked_day(valid_until: date | None, on: date) -> date | None:
    if valid_until is not None and not on <= valid_until <= on + LONGEST_VALIDITY:
        raise DomainError(
            _("Das Angebot gilt mindestens bis heute und höchstens zwei Jahre. Bitte prüfen.")
        )
    return valid_until
