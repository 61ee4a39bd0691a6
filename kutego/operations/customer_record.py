"""A customer saved as the form shows them: master data, groups, fields of the house's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import operation
from kutego.models import Customer, CustomerGroup, CustomField, RecipientGroup, company
from kutego.operations.custom_values import save_values
from kutego.operations.customer_groups import set_groups
from kutego.operations.mandates import grant_mandate
from kutego.operations.master_data import save_record


@dataclass(frozen=True)
class Beside:
    """What is entered with a customer beside the columns; None leaves it as it is."""

    customer_groups: Sequence[CustomerGroup] | None = None
    recipient_groups: Sequence[RecipientGroup] | None = None
    fields: Mapping[CustomField, Any] = field(default_factory=dict)
    mandate_signed_on: date | None = None
    mandate_reference: str | None = None


@operation
def save_customer(
    customer: Customer,
    values: Mapping[str, Any],
    *,
    beside: Beside,
    revision: int | None = None,
    by: Actor,
) -> Customer:
    """Create or change a customer with everything that the form asks for, or nothing of it."""
    save_record(customer, values, revision=revision, by=by)
    set_groups(
        customer,
        customer_groups=beside.customer_groups,
        recipient_groups=beside.recipient_groups,
        by=by,
    )
    save_values(customer, beside.fields, by=by)
    if beside.mandate_signed_on or beside.mandate_reference:
        today = clock.today(company().zone)
        grant_mandate(
            customer,
            signed_on=beside.mandate_signed_on or today,
            reference=beside.mandate_reference,
            on=today,
            by=by,
        )
    return customer
