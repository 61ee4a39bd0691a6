"""Which groups a form offers: those in use, and those that its customers are in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.models import Customer, CustomerGroup, RecipientGroup

KINDS: dict[str, Any] = {"customer_groups": CustomerGroup, "recipient_groups": RecipientGroup}


def offer_groups(form: Any, customer: Customer | None = None) -> None:
    """Fill the fields with the groups that somebody can be put into; without any, leave it out."""
    for name, kind in KINDS.items():
        mine = [group.id for group in getattr(customer, name)] if customer is not None else []
        query = select(kind).where(kind.is_active | kind.id.in_(mine)).order_by(kind.name)
        form[name].records = list(db.session.scalars(query))


def present_groups(form: Any, customers: Sequence[Customer]) -> None:
    """Fill the fields with the groups that at least one of the customers is in.

    A form for many customers looks at some of them only: it offers every group.
    """
    for name, kind in KINDS.items():
        query = select(kind).order_by(kind.name)
        if len(customers) == 1:
            query = query.where(kind.id.in_([group.id for group in getattr(customers[0], name)]))
        form[name].records = list(db.session.scalars(query))
