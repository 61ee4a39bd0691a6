"""Open invoices written anew after a customer's name, address or e-mail has changed (CUS-18)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Customer, Invoice
from kutego.operations.activity import log_activity
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input
from kutego.texts import gettext as _

PRINTED = (
    "name", "company_name", "contact", "street", "address_extra", "postcode", "city", "country",
    "email", "vat_id",
)  # fmt: skip


def outdated_invoices(customer: Customer) -> list[Invoice]:
    """The open invoices that bear another name, address or e-mail than the customer has now."""
    query = select(Invoice).where(Invoice.customer_id == customer.id, Invoice.open_amount > 0)
    invoices = db.session.scalars(query.order_by(Invoice.id).options(selectinload(Invoice.current)))
    return [invoice for invoice in invoices if invoice.cancelled == 0 and differs(invoice)]


def differs(invoice: Invoice) -> bool:
    """Whether an issued invoice is addressed otherwise than one issued today would be."""
    now, then = printed(invoice.customer), invoice.current.snapshot["recipient"]
    return any(now[name] != then.get(name) for name in PRINTED)


def printed(customer: Customer) -> dict[str, Any]:
    """What of a customer stands on a document."""
    address = customer.address
    return {name: address[name] for name in PRINTED}


@operation
def reissue_invoices(
    customer: Customer,
    *,
    invoices: Sequence[Invoice],
    reason: str,
    send_mail: bool = False,
    on: date,
    by: Actor,
) -> None:
    """Give each of the chosen invoices a new version with the customer's data of today.

    Positions and amounts stay; what the correction of an invoice refuses is refused here too, and
    then none of them is written anew.
    """
    if not invoices:
        raise DomainError(_("Bitte mindestens eine Rechnung wählen."))
    for invoice in invoices:
        if invoice.customer_id != customer.id:
            raise DomainError(
                _("%(number)s gehört nicht zu %(name)s.", number=invoice, name=customer.name)
            )
        edit_invoice(
            invoice,
            positions=[as_input(position) for position in invoice.current.positions],
            reason=reason,
            current_address=True,
            send_mail=send_mail,
            on=on,
            by=by,
        )
    log_activity(customer, "customer.invoices_reissued", by=by, count=len(invoices))
