"""Receipts (Quittungen): numbered, frozen, never an invoice."""

from datetime import date
from decimal import Decimal

from kutego.db import db
from kutego.models import Customer, DepositKind, NumberKind, Receipt, company
from kutego.operations.documents import add_renditions
from kutego.operations.numbers import draw_number
from kutego.operations.snapshots import snapshot
from kutego.texts import gettext as _


def issue_receipt(
    customer: Customer, *, amount: Decimal, kind: DepositKind, purpose: str, on: date
) -> Receipt:
    """Write a receipt over `amount`, negative for money that goes back. Joins a transaction."""
    house = company()
    number = draw_number(NumberKind.RECEIPT, on=on)
    content = snapshot(
        "receipt",
        house,
        customer,
        None,
        number=number,
        title=_("Quittung") if amount > 0 else _("Auszahlungsbeleg"),
        issued_on=on,
        closing=house.receipt_text,
        gross=f"{amount:.2f}",
        receipt={
            "payment_kind": kind.value,
            "label": kind.label,
            "purpose": purpose,
            "amount": f"{amount:.2f}",
        },
    )
    receipt = Receipt(
        customer_id=customer.id,
        number=number,
        issued_on=on,
        amount=amount,
        payment_kind=kind,
        snapshot=content,
    )
    db.session.add(receipt)
    db.session.flush()
    add_renditions(receipt, customer)
    return receipt
