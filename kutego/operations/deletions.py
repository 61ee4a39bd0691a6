"""A customer is deleted: possible as long as nothing was booked, and nothing of them is left."""

from datetime import date
from typing import cast

from sqlalchemy import CursorResult, delete, update

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Customer, company
from kutego.models.personal import Deletion, Holding, rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.activity import log_activity
from kutego.operations.leaving import Found, departure_of, discard_files
from kutego.texts import gettext as _

LOST = "communication_is_lost"


@operation
def delete_customer(
    customer: Customer, *, confirmed: frozenset[str] = frozenset(), on: date, by: Actor
) -> None:
    """Delete a customer with everything that is held on them, for good (spec CUS-30 to 34, D-01).

    Refused for staff, and where there is any invoice, contract, place, receipt, credit entry or
    issued offer; requests, SMS and letters are lost only with a confirmation. What stays is a line
    in the history of the house with the number, and nothing personal.
    """
    if customer.employee is not None:
        raise DomainError(
            _("%(name)s ist Mitarbeiter. Bitte zuerst die Mitarbeiterrolle entfernen: unter "
              "Unternehmen, Mitarbeiter.", name=customer.name)
        )  # fmt: skip
    plan = departure_of(customer)
    if plan.blocking:
        raise DomainError(
            _("%(name)s kann nicht gelöscht werden, denn es gibt noch: %(found)s. Sie können den "
              "Kunden stattdessen sperren oder anonymisieren.",
              name=customer.name, found=listed(plan.blocking))
        )  # fmt: skip
    if plan.lost and LOST not in confirmed:
        raise NeedsConfirmation(
            LOST,
            _("Wichtige Kommunikation geht dabei unwiderruflich verloren: %(found)s.",
              found=listed(plan.lost)),
        )  # fmt: skip
    log_activity(company(), "customer.deleted", by=by, number=customer.number)
    db.session.flush()
    delete_everything([customer.id])
    db.session.expunge(customer)


def listed(found: list[Found]) -> str:
    """`Rechnungen (2), Verträge (1)`."""
    return ", ".join(f"{_(kind.title)} ({kind.count})" for kind in found)


def delete_everything(ids: list[int]) -> None:
    """Delete these customers and what is held on them, without asking. Joins a transaction."""
    gone = [h for h in children_first() if h.deletion not in (Deletion.KEEP, Deletion.CLEAR)]
    discard_files([(h, rows_of(h, ids)) for h in gone if h.file])
    db.session.flush()
    for holding in children_first():
        if holding.deletion is Deletion.CLEAR:
            clear_rows(holding, ids)
    for holding in gone:
        db.session.execute(delete(holding.rows).where(rows_of(holding, ids)))
    db.session.expire_all()


# --- parts ------------------------------------------------------------------------------------


def children_first() -> list[Holding]:
    """The holdings in an order in which their rows can go: what refers to others before those."""
    rank = {table.name: n for n, table in enumerate(Customer.metadata.sorted_tables)}
    return sorted(HOLDINGS, key=lambda holding: rank[holding.table], reverse=True)


def clear_rows(holding: Holding, ids: list[int]) -> int:
    """Empty the columns of the rows that stay; returns how many rows those are."""
    statement = update(holding.rows).where(rows_of(holding, ids)).values(holding.cleared)
    return cast(CursorResult[tuple[int]], db.session.execute(statement)).rowcount
