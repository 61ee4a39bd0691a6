"""What is asked before somebody moves up: a price they never agreed to, what they owe (COU-12)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from kutego.db import db
from kutego.errors import NeedsConfirmation
from kutego.models import Invoice, WaitlistEntry
from kutego.money import ZERO, euro
from kutego.operations.waitlist_sale import line_for
from kutego.texts import gettext as _


def price_of(entry: WaitlistEntry, on: date) -> Decimal:
    """What the place costs today, before discounts."""
    return line_for(entry, on).unit_price


def costs_more(entry: WaitlistEntry, on: date) -> bool:
    """Whether the place costs more than what was agreed when it was ordered."""
    return entry.agreed_price is not None and price_of(entry, on) > entry.agreed_price


def ask_price(entry: WaitlistEntry, on: date, confirmed: frozenset[str]) -> None:
    """Ask (code "price") before somebody pays more than what they ordered the place for."""
    if "price" in confirmed or not costs_more(entry, on):
        return
    raise NeedsConfirmation(
        "price",
        _("%(name)s hat den Platz für %(agreed)s bestellt, heute kostet er %(price)s. Soll zum "
          "neuen Preis eingetragen werden? Sonst bitte den Platz anbieten.",
          name=entry.participant.name, agreed=euro(entry.agreed_price or ZERO),
          price=euro(price_of(entry, on))),
    )  # fmt: skip


def ask_debts(entry: WaitlistEntry, on: date, confirmed: frozenset[str]) -> None:
    """Ask (code "owes") before another place goes to somebody whose invoices are overdue."""
    if "owes" in confirmed:
        return
    late = select(func.sum(Invoice.open_amount)).where(
        Invoice.customer_id == entry.customer_id, Invoice.open_amount > 0, Invoice.due_on < on
    )
    owed = (db.session.scalar(late) or ZERO) - entry.customer.credit
    if owed > 0:
        raise NeedsConfirmation(
            "owes",
            _("%(name)s hat %(owed)s überfällig offen. Soll trotzdem eingetragen werden?",
              name=entry.customer.name, owed=euro(owed)),
        )  # fmt: skip
