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
    customer: Customer,
    *,
    amount: Decimal,
    kind: DepositKind,
    purpose: str,
    on: date,
    received_on: date | None = None,
    corrects: Receipt | None = None,
    closing: str | None = None,
) -> Receipt:
    """Write a receipt over `amount`, negative for money that goes back. Joins a transaction.

    `corrects` is the receipt that was wrong; `closing` the sentence below, for money that came in
    that of the settings.
    """
    house = company()
    number = draw_number(NumberKind.RECEIPT, on=on)
    title, label = _words(amount, corrects)
    content = snapshot(
        "receipt",
        house,
        customer,
        None,
        number=number,
        title=title,
        issued_on=on,
        closing=closing or (house.receipt_text if amount > 0 and not corrects else None),
        gross=f"{amount:.2f}",
        receipt={
            "payment_kind": kind.value,
            "label": kind.label,
            "purpose": purpose,
            "amount": f"{amount:.2f}",
            "amount_label": label,
            "received_on": received_on.isoformat() if received_on else None,
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


def _words(amount: Decimal, corrects: Receipt | None) -> tuple[str, str]:
    """The title, and what stands above the amount."""
    if corrects is not None:
        return _("Quittungskorrektur"), _("Zurückgenommen")
    if amount < 0:
        return _("Auszahlungsbeleg"), _("Ausgezahlt")
    return _("Quittung"), _("Erhalten")
