"""SEPA mandates: granted with a signature, revoked at any time, never used twice (spec CUS-15)."""

import re
from datetime import date

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, Mandate, MandateState
from kutego.operations.activity import log_activity
from kutego.operations.customers import note_change
from kutego.operations.numbers import lock_ranges
from kutego.texts import gettext as _

REFERENCE = re.compile(r"[A-Za-z0-9+?/:().,' -]{1,35}", re.ASCII)


@operation
def grant_mandate(
    customer: Customer, *, signed_on: date, reference: str | None = None, on: date, by: Actor
) -> Mandate:
    """Note the mandate that a customer has signed for their account, which must be known.

    `reference` is what stands on the paper, as pain.008 takes it (35 characters of its restricted
    set); without one it is made from the customer's number.
    """
    if customer.mandate is not None:
        raise DomainError(
            _("%(name)s hat schon das gültige Mandat %(mandate)s. Bitte zuerst widerrufen.",
              name=customer.name, mandate=customer.mandate)
        )  # fmt: skip
    if not customer.iban:
        raise DomainError(_("Ein Mandat braucht die IBAN des Kontos. Bitte zuerst eintragen."))
    if signed_on > on:
        raise DomainError(_("Die Unterschrift liegt in der Zukunft. Bitte das Datum prüfen."))
    lock_ranges()  # two with the same reference wait for each other
    mandate = Mandate(
        customer=customer,
        reference=_checked(reference.strip()) if reference else _next_reference(customer),
        signed_on=signed_on,
        iban=customer.iban,
        account_holder=customer.account_holder,
        created_at=clock.now(),
        created_by=by.name,
    )
    db.session.add(mandate)
    db.session.flush()
    note_change(customer, by=by)
    log_activity(
        customer, "customer.mandate_granted", by=by, reference=mandate.reference,
        signed_on=signed_on,
    )  # fmt: skip
    return mandate


@operation
def revoke_mandate(customer: Customer, *, revoked_on: date, on: date, by: Actor) -> None:
    """Collect nothing any more; the mandate stays in the record."""
    mandate = customer.mandate
    if mandate is None:
        raise DomainError(_("%(name)s hat kein gültiges Mandat.", name=customer.name))
    if not mandate.signed_on <= revoked_on <= on:
        raise DomainError(
            _("Der Widerruf liegt zwischen der Unterschrift am %(signed)s und heute.",
              signed=f"{mandate.signed_on:%d.%m.%Y}")
        )  # fmt: skip
    mandate.move_to(MandateState.REVOKED)
    mandate.revoked_on = revoked_on
    note_change(customer, by=by)
    log_activity(
        customer, "customer.mandate_revoked", by=by, reference=mandate.reference,
        revoked_on=revoked_on,
    )  # fmt: skip


def _checked(reference: str) -> str:
    if not REFERENCE.fullmatch(reference):
        raise DomainError(
            _("Eine Mandatsreferenz hat höchstens 35 Zeichen: Buchstaben ohne Umlaute, Ziffern und "
              "+ ? / - : ( ) . , '")
        )  # fmt: skip
    known = select(Mandate).where(func.lower(Mandate.reference) == reference.lower())
    if (other := db.session.scalar(known.limit(1))) is not None:
        raise DomainError(
            _("Die Mandatsreferenz %(reference)s ist schon an %(name)s vergeben.",
              reference=other, name=other.customer.name)
        )  # fmt: skip
    return reference


def _next_reference(customer: Customer) -> str:
    """`M-00012-1`, with the first number that is free."""
    stem = "M-" + (re.sub(r"[^A-Za-z0-9-]", "", customer.number)[:25] or str(customer.id))
    used = {
        text.lower()
        for text in db.session.scalars(
            select(Mandate.reference).where(Mandate.reference.startswith(stem, autoescape=True))
        )
    }
    count = len(customer.mandates) + 1
    while f"{stem}-{count}".lower() in used:
        count += 1
    return f"{stem}-{count}"
