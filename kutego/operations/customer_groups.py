"""Groups of customers: who is put in, who is taken out (spec COM-15, CUS-09)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    CUSTOMER_GROUP_MEMBERS,
    RECIPIENT_GROUP_MEMBERS,
    Customer,
    CustomerGroup,
    RecipientGroup,
)
from kutego.operations.activity import log_activity
from kutego.operations.customers import note_change
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _

AnyGroup = CustomerGroup | RecipientGroup
MEMBERS = {CustomerGroup: CUSTOMER_GROUP_MEMBERS, RecipientGroup: RECIPIENT_GROUP_MEMBERS}


@rule_for(CustomerGroup)
@rule_for(RecipientGroup)
def check_group(group: AnyGroup, by: Actor) -> None:
    """A group has a name that no other of its kind has, however it is spelled."""
    if not group.name:
        raise DomainError(_("Bitte einen Namen für die Gruppe eingeben."))
    kind = type(group)
    other = select(kind.id).where(
        func.lower(kind.name) == group.name.lower(), kind.id != (group.id or 0)
    )
    if db.session.scalar(other.limit(1)) is not None:
        raise DomainError(_("Eine Gruppe „%(name)s“ gibt es schon.", name=group.name))


@operation
def join_groups(
    customer: Customer,
    *,
    customer_groups: Sequence[CustomerGroup] = (),
    recipient_groups: Sequence[RecipientGroup] = (),
    on: date,
    by: Actor,
) -> None:
    """Put a customer into groups; who is in already stays in, and nothing is said of it."""
    _refuse_none(customer_groups, recipient_groups)
    set_groups(
        customer,
        customer_groups=[*customer.customer_groups, *customer_groups],
        recipient_groups=[*customer.recipient_groups, *recipient_groups],
        by=by,
    )


@operation
def leave_groups(
    customer: Customer,
    *,
    customer_groups: Sequence[CustomerGroup] = (),
    recipient_groups: Sequence[RecipientGroup] = (),
    on: date,
    by: Actor,
) -> None:
    """Take a customer out of groups; who is in none of them stays as they are."""
    _refuse_none(customer_groups, recipient_groups)
    set_groups(
        customer,
        customer_groups=[g for g in customer.customer_groups if g not in customer_groups],
        recipient_groups=[g for g in customer.recipient_groups if g not in recipient_groups],
        by=by,
    )


@operation
def set_groups(
    customer: Customer,
    *,
    customer_groups: Sequence[CustomerGroup] | None = None,
    recipient_groups: Sequence[RecipientGroup] | None = None,
    by: Actor,
) -> None:
    """Let a customer be in exactly these groups; None leaves a kind as it is."""
    wanted: dict[str, Sequence[AnyGroup] | None] = {
        "customer_groups": customer_groups, "recipient_groups": recipient_groups,
    }  # fmt: skip
    changes: dict[str, object] = {}
    for name, groups in wanted.items():
        if groups is None:
            continue
        before, after = getattr(customer, name), sorted(set(groups), key=lambda g: g.name)
        if set(before) != set(after):
            changes[name] = [_names(before), _names(after)]
            setattr(customer, name, after)
    if changes:
        note_change(customer, by=by)
        log_activity(customer, "customer.groups_changed", by=by, personal=changes)


@operation
def delete_group(group: AnyGroup, *, on: date, by: Actor) -> None:
    """Forget a group that nobody is in."""
    if count := members_of(group):
        raise DomainError(
            _("In „%(group)s“ sind noch %(count)s Kunden. Bitte zuerst alle herausnehmen, oder die "
              "Gruppe nur auf „nicht aktiv“ stellen.", group=group, count=count)
        )  # fmt: skip
    log_activity(group, f"{group.__tablename__}.deleted", by=by, name=group.name)
    db.session.delete(group)


def members_of(group: AnyGroup) -> int:
    """How many customers are in a group."""
    members = MEMBERS[type(group)]
    query = select(func.count()).select_from(members).where(members.c.group_id == group.id)
    return db.session.scalar(query) or 0


def _refuse_none(*groups: Sequence[AnyGroup]) -> None:
    if not any(groups):
        raise DomainError(_("Bitte mindestens eine Gruppe wählen."))


def _names(groups: Sequence[AnyGroup]) -> str:
    return ", ".join(group.name for group in groups)
