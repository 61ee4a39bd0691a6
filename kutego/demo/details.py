"""What hangs on the records of the demo: groups, fields of the house's own, mandates, leads."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.demo.names import LAST_NAMES, WOMEN
from kutego.models import (
    Customer,
    CustomerGroup,
    CustomField,
    FieldKind,
    Origin,
    PaymentMethod,
    RecipientGroup,
)
from kutego.operations.custom_values import save_values
from kutego.operations.customer_groups import join_groups
from kutego.operations.leads import take_in
from kutego.operations.mandates import grant_mandate
from kutego.operations.master_data import save_record

MOST = 300  # customers who get details: enough to look at
LEADS = (Origin.NEWSLETTER, Origin.CONTACT_FORM, Origin.INFO_AGENT, Origin.CALLBACK_FORM)
IBAN = "DE89370400440532013000"
FIELDS: tuple[dict[str, Any], ...] = (
    {"label": "Impfausweis geprüft", "kind": FieldKind.YES_NO, "place": 1},
    {"label": "Haftpflicht gültig bis", "kind": FieldKind.DATE, "place": 2},
    {"label": "Aufmerksam geworden durch", "kind": FieldKind.CHOICE, "place": 3,
     "choices": "Empfehlung\nInternet\nTierarzt\nPlakat", "is_internal": True},
    {"label": "Anfahrt in km", "kind": FieldKind.NUMBER, "place": 4, "is_internal": True},
    {"label": "Gesundheit des Halters", "kind": FieldKind.TEXT, "place": 5,
     "is_sensitive": True, "purpose": "Damit wir im Notfall richtig helfen"},
)  # fmt: skip


def add_details(seed: int, on: date) -> None:
    """Bring some customers into groups, fill their fields, and take a few leads in."""
    random = Random(seed)  # noqa: S311  # dice of its own, so that the story keeps its own
    with clock.at(clock.noon(on)), transaction():
        groups = [_saved(CustomerGroup, name=name) for name in ("Stammkunden", "Züchter", "Verein")]
        fairs = [_saved(RecipientGroup, name=name) for name in ("Sommerfest", "Ferienkurse")]
        fields = [_saved(CustomField, **values) for values in FIELDS]
        query = select(Customer).where(~Customer.is_staff).order_by(Customer.id).limit(MOST)
        for n, customer in enumerate(db.session.scalars(query).all()):
            if n % 3 == 0:
                join_groups(
                    customer, customer_groups=[groups[n // 3 % 3]],
                    recipient_groups=[fairs[n // 6 % 2]] if n % 6 == 0 else [], on=on, by=OFFICE,
                )  # fmt: skip
            if n % 2 == 0:
                _fill(random, customer, fields, on)
            if n % 10 == 4:
                _debit(customer, on)
    for n, origin in enumerate(LEADS):
        _lead(random, n, origin, on)


def _saved(model: Any, **values: Any) -> Any:
    return save_record(model(), values, by=OFFICE)


def _fill(random: Random, customer: Customer, fields: list[CustomField], on: date) -> None:
    checked, insured, known_by, distance, health = fields
    save_values(
        customer,
        {
            checked: random.random() < 0.8,
            insured: on + timedelta(days=random.randint(-30, 400)),
            known_by: random.choice(known_by.options),
            distance: Decimal(random.randint(2, 60)) / 2,
            health: "Bandscheibe, kann nicht lange stehen" if random.random() < 0.1 else None,
        },
        by=OFFICE,
    )


def _debit(customer: Customer, on: date) -> None:
    values = {"iban": IBAN, "payment_method": PaymentMethod.DIRECT_DEBIT}
    save_record(customer, values, by=OFFICE)
    if customer.mandate is None:
        grant_mandate(customer, signed_on=on, on=on, by=OFFICE)


def _lead(random: Random, n: int, origin: Origin, day: date) -> None:
    names = {"first_name": random.choice(WOMEN), "last_name": random.choice(LAST_NAMES)}
    with clock.at(clock.noon(day)):
        take_in(email=f"interesse.{n + 1}@example.org", origin=origin, values=names, on=day,
                by=SYSTEM)  # fmt: skip
