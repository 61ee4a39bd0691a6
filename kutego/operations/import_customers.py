"""Many new customers at once, by the same rules as one: asked set by set instead of one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from kutego.actor import Actor
from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.models import (
    CUSTOMER_GROUP_MEMBERS,
    Customer,
    CustomerGroup,
    CustomerState,
    NumberKind,
    Origin,
)
from kutego.models.ids import next_ids
from kutego.operations.activity import log_new_customers
from kutego.operations.customers import complete_customer, number_customer
from kutego.operations.master_data import clean
from kutego.operations.numbers import draw_numbers, lock_ranges
from kutego.texts import gettext as _

SHAPE = Customer()  # to ask how long a text may be
LOOKED_UP = ("house_number", "customer_group")  # no columns of a customer


@dataclass
class Planned:
    """A row of the file: what it asks for, and what became of it."""

    row: int
    values: dict[str, Any]
    message: str | None = None
    record_id: int | None = None
    customer_id: int | None = None


class Sketch:
    """A customer that is not in the books yet: every column, and nothing of the ORM's, which would
    take as long as all the rest.
    """

    phones, refresh_keys = Customer.phones, Customer.refresh_keys

    def __init__(self) -> None:
        vars(self).update(BLANK, origin=Origin.IMPORT)


BLANK = {
    column.key: column.default.arg if column.default is not None else None  # type: ignore[attr-defined]
    for column in Base.metadata.tables["customer"].columns
    if column.key != "id"
}


@dataclass
class Seen:
    """What earlier rows of the same file have; a trial run writes nothing to be found there."""

    emails: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def add_customers(rows: Sequence[Planned], seen: Seen, *, on: date, by: Actor) -> None:
    """Add a customer for every row that allows it, and say of every other why not.

    Joins a transaction. The number range is locked first, so that nobody gives away an address
    that was just found to be free.
    """
    lock_ranges()
    made = [(row, customer) for row in rows if (customer := sketch_of(row)) is not None]
    _refuse_known(made, seen)
    good = [(row, customer) for row, customer in made if row.message is None]
    _write(good, on=on, by=by)


def sketch_of(row: Planned) -> Sketch | None:
    """The customer that a row asks for, or None: then the row says why not."""
    values = {name: value for name, value in row.values.items() if name not in LOOKED_UP}
    customer: Any = Sketch()
    if house_number := row.values.get("house_number"):
        values["street"] = f"{values.get('street', '')} {house_number}".strip()
    values.setdefault("is_company", bool(values.get("company_name")))
    try:
        for name, value in values.items():
            setattr(customer, name, clean(SHAPE, name, value))
        complete_customer(customer)
    except DomainError as refusal:
        row.message = str(refusal)
        return None
    return customer


# --- parts ------------------------------------------------------------------------------------


def _refuse_known(made: list[tuple[Planned, Any]], seen: Seen) -> None:
    """No e-mail address and no former number twice, neither in the office nor in the file."""
    emails = {customer.email for _row, customer in made if customer.email}
    numbers = {customer.former_number for _row, customer in made if customer.former_number}
    active = Customer.state == CustomerState.ACTIVE
    mailed = _known(Customer.email, emails, active)
    numbered = _known(Customer.former_number, numbers)
    for row, customer in made:
        email, number = customer.email, customer.former_number
        if email in mailed:
            row.message = _("Die E-Mail-Adresse gehört schon zu Kunde %(number)s.",
                            number=mailed[email])  # fmt: skip
        elif number in numbered:
            row.message = _("Die bisherige Nummer %(former)s hat schon Kunde %(number)s.",
                            former=number, number=numbered[number])  # fmt: skip
        elif email in seen.emails:
            row.message = _("Die E-Mail-Adresse steht schon in Zeile %(row)s.",
                            row=seen.emails[email])  # fmt: skip
        elif number in seen.numbers:
            row.message = _("Die bisherige Nummer steht schon in Zeile %(row)s.",
                            row=seen.numbers[number])  # fmt: skip
        else:
            seen.emails |= {email: row.row} if email else {}
            seen.numbers |= {number: row.row} if number else {}


def _known(column: Any, values: Iterable[Any], *conditions: Any) -> dict[str, str]:
    """Who has one of these values: `{value: customer number}`."""
    query = select(column, Customer.number).where(column.in_(sorted(values)), *conditions)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _write(good: list[tuple[Planned, Any]], *, on: date, by: Actor) -> None:
    if not good:
        return
    session = db.session()
    table = Base.metadata.tables["customer"]
    numbers = draw_numbers(NumberKind.CUSTOMER, len(good), on=on)
    ids = next_ids(session, session.connection(), table, len(good))
    for (row, customer), number, id_ in zip(good, numbers, ids, strict=True):
        number_customer(customer, number, by=by)
        customer.id = row.record_id = row.customer_id = id_
        customer.refresh_keys([])
    session.execute(insert(table), [vars(customer) for _row, customer in good])
    log_new_customers(ids, by=by)
    groups = _groups(good)
    members = [
        {"customer_id": row.record_id, "group_id": groups[row.values["customer_group"].casefold()]}
        for row, _customer in good
        if "customer_group" in row.values
    ]
    if members:
        session.execute(insert(CUSTOMER_GROUP_MEMBERS), members)


def _groups(good: list[tuple[Planned, Any]]) -> dict[str, int]:
    """The ids of the customer groups that the rows name; those there are not yet are made."""
    asked = [row.values["customer_group"] for row, _c in good if "customer_group" in row.values]
    names = {name.casefold(): name for name in asked}
    if not names:
        return {}
    known = {group.name.casefold(): group for group in db.session.scalars(select(CustomerGroup))}
    for key, name in names.items():
        if key not in known:
            known[key] = CustomerGroup(name=name[:200])
            db.session.add(known[key])
    db.session.flush()
    return {key: group.id for key, group in known.items()}
