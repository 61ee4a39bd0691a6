"""Participants: taken in, corrected, archived, deleted where nothing hangs on them (spec PAR)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, literal, select, union_all, update

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    CustomerFile,
    CustomerState,
    CustomField,
    CustomValue,
    Participant,
    ParticipantNote,
    ParticipantState,
)
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.activity import log_activity
from kutego.operations.custom_values import save_values
from kutego.operations.discarded_files import discard
from kutego.operations.master_data import rule_for, save_record
from kutego.texts import gettext as _
from kutego.texts import search_key

OWN = (ParticipantNote, CustomValue, CustomerFile)  # what a participant does not live on in


@operation
def create_participant(customer: Customer, values: dict[str, Any], *, by: Actor) -> Participant:
    """Add a participant to a customer. `values` are columns of `Participant`."""
    return save_record(Participant(customer_id=customer.id), values, by=by)


@operation
def take_in(customer: Customer, values: dict[str, Any], *, by: Actor) -> Participant:
    """Add somebody who is only named so far; a name that the customer has already is refused."""
    names = (values.get("first_name"), values.get("last_name"))
    name = search_key(" ".join(filter(None, names)))
    if any(search_key(known.name) == name for known in customer.participants):
        raise DomainError(
            _("%(customer)s hat unter „{participants}“ schon diesen Namen.", customer=customer)
        )
    made = create_participant(customer, values, by=by)
    db.session.flush()
    db.session.expire(customer, ["participants"])
    return made


@rule_for(Participant)
def check_participant(participant: Participant, by: Actor) -> None:
    """A participant has a first (or call) name and a birthday that has been."""
    if not participant.first_name:
        raise DomainError(_("Bitte einen Namen eingeben."))
    if participant.birthday and participant.birthday > clock.today():
        raise DomainError(_("Der Geburtstag liegt in der Zukunft. Bitte das Datum prüfen."))
    if participant.created_at is None:
        participant.created_at = clock.now()
    customer = db.session.get(Customer, participant.customer_id)
    if customer is None:
        raise DomainError(_("Bitte auswählen, zu welchem Kunden der Eintrag gehört."))
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert. Hier wird nichts mehr eingetragen."))
    customer.refresh_keys(
        [p for p in customer.participants if p is not participant] + [participant]
    )


@operation
def save_participant(
    participant: Participant,
    values: Mapping[str, Any],
    *,
    fields: Mapping[CustomField, Any],
    revision: int | None = None,
    by: Actor,
) -> Participant:
    """Create or change a participant with the house's own fields, or nothing of it."""
    save_record(participant, values, revision=revision, by=by)
    save_values(participant, fields, by=by)
    return participant


@operation
def archive_participant(participant: Participant, *, on: date, by: Actor) -> None:
    """Take a participant off the lists; everything about them stays."""
    participant.move_to(ParticipantState.ARCHIVED)
    log_activity(participant, "participant.archived", by=by)


@operation
def restore_participant(participant: Participant, *, on: date, by: Actor) -> None:
    """Put an archived participant back on the lists: the dog comes to class again."""
    participant.move_to(ParticipantState.ACTIVE)
    log_activity(participant, "participant.restored", by=by)


@operation
def change_level(participant: Participant, *, level: str | None, on: date, by: Actor) -> None:
    """Put a participant into another level (spec COU-07); empty: into none."""
    level = (level or "").strip() or None
    if level == participant.level:
        raise DomainError(_("%(name)s hat diese Stufe schon.", name=participant.name))
    save_record(participant, {"level": level}, by=by)


@operation
def delete_participant(participant: Participant, *, on: date, by: Actor) -> None:
    """Delete a participant who was never in a course, on a list or on a document (spec PAR-14).

    Notes and custom fields go, files stay with the customer.
    """
    if blocking := _uses(participant):
        raise DomainError(
            _("%(name)s kann nicht gelöscht werden, denn es gibt noch: %(found)s. Bitte "
              "stattdessen archivieren.", name=participant.name, found=", ".join(blocking))
        )  # fmt: skip
    log_activity(participant, "participant.deleted", by=by, personal={"name": participant.name})
    customer, mine = participant.customer, CustomValue.participant_id == participant.id
    discard(db.session.scalars(select(CustomValue.sha256).where(mine)).all())
    db.session.execute(delete(CustomValue).where(mine))
    db.session.execute(
        delete(ParticipantNote).where(ParticipantNote.participant_id == participant.id)
    )
    db.session.execute(
        update(CustomerFile)
        .where(CustomerFile.participant_id == participant.id)
        .values(participant_id=None)
    )
    customer.refresh_keys([p for p in customer.participants if p is not participant])
    db.session.delete(participant)


def tables_of_participants() -> list[Any]:
    """Every table with a line about a participant, apart from what goes with them."""
    own = {model.__tablename__ for model in OWN}
    return [
        table for table in Base.metadata.sorted_tables
        if table.name not in own and "participant_id" in table.c
    ]  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _uses(participant: Participant) -> Sequence[str]:
    """What a participant is needed for, as people call it; one statement."""
    counts = [
        select(literal(table.name), func.count())
        .select_from(table)
        .where(table.c.participant_id == participant.id)
        for table in tables_of_participants()
    ]
    names = {holding.table: holding.title for holding in HOLDINGS}
    found: Any = db.session.execute(union_all(*counts))
    return [f"{_(names[table])} ({count})" for table, count in found if count]
