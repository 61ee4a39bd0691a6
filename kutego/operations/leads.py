"""Whoever writes to us or signs up: attached to the record there is, or taken in (CUS-02, 03)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import case, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, CustomerState, Origin
from kutego.operations.activity import log_activity
from kutego.operations.customers import create_customer, email_address
from kutego.operations.numbers import lock_ranges
from kutego.texts import gettext as _

ASKED = (
    "salutation", "first_name", "last_name", "company_name", "is_company", "phone", "mobile",
    "street", "address_extra", "postcode", "city", "country",
)  # fmt: skip


@operation
def take_in(
    *,
    email: str,
    origin: Origin,
    values: Mapping[str, Any] | None = None,
    on: date,
    by: Actor,
) -> Customer:
    """The customer with this e-mail address, however it is spelled, or a new one.

    A stranger at a form changes nothing in a record that is there: what they typed into it is
    noted in the history, for a person to look at. A locked record is found too, so that nobody
    gets a second one; a duplicate that was locked leads to its main account (DUP-07).
    """
    address = email_address(email)
    if address is None:
        raise DomainError(_("Bitte die E-Mail-Adresse eingeben."))
    given = {name: value for name, value in (values or {}).items() if value and name in ASKED}
    lock_ranges()  # the same person twice at once: the second waits, and is attached
    known = known_by(address)
    if known is None:
        return create_customer({**given, "email": address, "origin": origin}, by=by)
    told = {name: value for name, value in given.items() if value != getattr(known, name)}
    log_activity(known, "customer.seen_again", by=by, origin=origin.label, personal=told or None)
    return known


def known_by(address: str) -> Customer | None:
    """Whose record a normalised address belongs to: an active one first, then the newest locked."""
    is_active = case((Customer.state == CustomerState.ACTIVE, 0), else_=1)
    query = select(Customer).where(
        Customer.email == address, Customer.state != CustomerState.ERASED
    )
    found = db.session.scalar(query.order_by(is_active, Customer.id.desc()).limit(1))
    while found is not None and found.main_account_id is not None:
        found = db.session.get_one(Customer, found.main_account_id)
    return found
