"""What belongs to customers there are: participants, opening balances and contracts.

Each row goes through the operation that a button would call, behind a savepoint of its own.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import Base, db, lock, transaction
from kutego.errors import DomainError
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    Customer,
    CustomerState,
    DepositKind,
    ImportKind,
    Participant,
    ParticipantState,
    TermTemplate,
)
from kutego.operations.contract_making import create_contract
from kutego.operations.credit import deposit_credit
from kutego.operations.import_customers import Planned
from kutego.operations.participants import take_in
from kutego.texts import gettext as _
from kutego.texts import search_key

REFERENCES = {
    "customer_number": Customer.number,
    "former_number": Customer.former_number,
    "customer_email": Customer.email,
}


def add_to_customers(kind: ImportKind, rows: Sequence[Planned], *, on: date, by: Actor) -> None:
    """Do what every row asks for, and say of every other why not. Joins a transaction."""
    owners = _owners(rows)
    lock(db.session(), [owner for owner in owners.values() if owner is not None])
    for row in rows:
        try:
            with transaction():
                made = MAKERS[kind](_owner(row, owners), row.values, on, by)
                db.session.flush()
                row.record_id, row.customer_id = made.id, made.customer_id
        except DomainError as refusal:
            row.message = str(refusal)


# --- parts ------------------------------------------------------------------------------------


def _owners(rows: Sequence[Planned]) -> dict[tuple[str, str], Customer]:
    """The customers that the rows name, in one statement for each way of naming them."""
    found: dict[tuple[str, str], Customer] = {}
    for name, column in REFERENCES.items():
        asked = {_folded(name, text) for row in rows if (text := row.values.get(name))}
        active = select(Customer).where(column.in_(asked), Customer.state != CustomerState.ERASED)
        for customer in db.session.scalars(active.order_by(Customer.state.desc(), Customer.id)):
            found[name, getattr(customer, name.removeprefix("customer_"))] = customer.account
    return found


def _folded(name: str, text: str) -> str:
    return text.lower() if name == "customer_email" else text


def _owner(row: Planned, owners: dict[tuple[str, str], Customer]) -> Customer:
    for name in REFERENCES:
        if text := row.values.get(name):
            if (customer := owners.get((name, _folded(name, text)))) is not None:
                return customer
            raise DomainError(_("Den Kunden „%(text)s“ gibt es nicht.", text=text))
    raise DomainError(_("Zu welchem Kunden? Bitte Kundennummer oder E-Mail angeben."))


def _participant(customer: Customer, values: dict[str, Any], on: date, by: Actor) -> Participant:
    own = {name: value for name, value in values.items() if name not in REFERENCES}
    return take_in(customer, own, by=by)


def _balance(customer: Customer, values: dict[str, Any], on: date, by: Actor) -> Base:
    if values["amount"] < 0:
        raise DomainError(
            _("Offene Forderungen lassen sich nicht als Guthaben übernehmen. Bitte schreiben Sie "
              "dafür eine Rechnung.")
        )  # fmt: skip
    return deposit_credit(
        customer, amount=values["amount"], kind=DepositKind.OPENING_BALANCE,
        received_on=values.get("received_on", on), text=values.get("text"), on=on, by=by,
    )  # fmt: skip


def _contract(customer: Customer, values: dict[str, Any], on: date, by: Actor) -> Base:
    terms = ("first_invoice_on", "billing_day", "price", "discount_percent", "payment_method")
    return create_contract(
        customer,
        participant=_chosen_participant(customer, values.get("participant")),
        course_date=_named(CourseDate, CourseDate.title, values["course"], *RUNNING),
        term_template=_named(TermTemplate, TermTemplate.name, values["term"]),
        starts_on=values["starts_on"],
        **{name: values[name] for name in terms if name in values},
        on=on,
        by=by,
    )


RUNNING = (CourseDate.kind == CourseKind.RUNNING, CourseDate.state == CourseState.PUBLISHED)


def _chosen_participant(customer: Customer, name: str | None) -> Participant:
    present = [p for p in customer.participants if p.state is ParticipantState.ACTIVE]
    if name:
        key = search_key(name)
        named = [p for p in present if key in (search_key(p.name), search_key(p.first_name))]
    else:
        named = present
    if len(named) != 1:
        raise DomainError(
            _("%(customer)s hat unter „{participants}“ nicht genau einen solchen Eintrag. Bitte "
              "den Namen angeben.",
              customer=customer)
        )  # fmt: skip
    return named[0]


def _named(model: Any, column: Any, name: str, *conditions: Any) -> Any:
    found = db.session.scalars(select(model).where(column == name, *conditions).limit(2)).all()
    if len(found) != 1:
        raise DomainError(
            _("„%(name)s“ gibt es nicht oder mehrmals. Bitte genau so schreiben wie im Programm.",
              name=name)
        )  # fmt: skip
    return found[0]


Maker = Callable[[Customer, dict[str, Any], date, Actor], Any]
MAKERS: dict[ImportKind, Maker] = {
    ImportKind.PARTICIPANTS: _participant,
    ImportKind.BALANCES: _balance,
    ImportKind.CONTRACTS: _contract,
}
