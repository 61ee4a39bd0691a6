"""Offers as they are sent: priced, frozen in versions, mailed, with the texts to agree to."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    LegalKind,
    LegalText,
    Message,
    Offer,
    OfferVersion,
    company,
    current_legal_text,
)
from kutego.models.position import PositionColumns
from kutego.operations.documents import add_renditions, renditions_of
from kutego.operations.first_periods import as_billed
from kutego.operations.invoices import refuse_total
from kutego.operations.messages import queue_message
from kutego.operations.offer_content import offer_snapshot
from kutego.operations.offer_terms import is_contract
from kutego.operations.pricing import Priced, price
from kutego.texts import gettext as _

P = TypeVar("P", bound=PositionColumns)
CONSENTS = (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)


def priced_offer(lines: Sequence[PositionColumns]) -> Priced:
    """Price the lines, those of contracts as their first period; refuses what cannot be invoiced.

    Where the beginning is open it is a whole period: whoever accepts pays that or less.
    """
    house, lines = company(), as_billed(lines, None)
    priced = price(lines, house)
    refuse_total(priced.gross)
    if any(price(part, house).gross < 0 for part in invoice_parts(lines)):
        raise DomainError(
            _(
                "Jeder Vertrag bekommt seine eigene Rechnung, alles Übrige zusammen eine. Keine "
                "davon darf unter 0,00 € liegen: Bitte den Abzug als Rabatt in die Position "
                "eintragen."
            )
        )
    return priced


def invoice_parts(lines: Sequence[P]) -> list[list[P]]:
    """Which positions share an invoice: each contract has its own, all the rest one (D-25)."""
    parts = [[line] for line in lines if is_contract(line)]
    rest = [line for line in lines if not is_contract(line)]
    return [rest, *parts] if rest else parts


def write_version(offer: Offer, priced: Priced, on: date) -> OfferVersion:
    """Freeze the next version and promise its PDF. Joins a transaction."""
    db.session.flush()
    offer.version += 1
    number = offer.number or ""
    if offer.version > 1:
        number = f"{number}-{offer.version}"
    version = OfferVersion(
        customer_id=offer.customer_id,
        offer_id=offer.id,
        version=offer.version,
        number=number,
        issued_on=on,
        total=priced.gross,
        snapshot=offer_snapshot(offer, company(), priced, number=number, on=on),
    )
    db.session.add(version)
    db.session.flush()
    db.session.expire(offer, ["versions"])
    add_renditions(version, offer.customer)
    return version


def current_version(offer: Offer) -> OfferVersion | None:
    """The version that counts, None for a draft."""
    return offer.versions[-1] if offer.versions else None


def mail_offer(
    offer: Offer, template: str = "offer_issued", recipient: str | None = None
) -> Message:
    """Queue the mail with the newest version as PDF and the link to its page."""
    return queue_message(
        offer.customer,
        template,
        subject_of=offer,
        attachments=renditions_of(current_version(offer)),
        recipient=recipient or offer.email,
        offer=offer,
    )


def consent_texts(on: date) -> dict[LegalKind, LegalText]:
    """The texts a customer agrees to on the day `on`; refuses where one was never written."""
    texts = {kind: current_legal_text(kind, on) for kind in CONSENTS}
    missing = [kind.label for kind, text in texts.items() if text is None]
    if missing:
        raise DomainError(
            _(
                "Angebote brauchen die Zustimmung des Kunden zu Rechtstexten, die noch fehlen: "
                "%(kinds)s. Bitte zuerst unter „Unternehmen › Rechtstexte“ eingeben.",
                kinds=", ".join(missing),
            )
        )
    return {kind: text for kind, text in texts.items() if text is not None}
