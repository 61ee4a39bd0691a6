"""Instalment agreements of invoices that are issued already (spec CON-37)."""

from datetime import date
from decimal import Decimal

from kutego.actor import Actor
from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Contract, Invoice, InvoicePosition, PriceMode, company
from kutego.money import ZERO, euro
from kutego.operations import issuing
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import change_open
from kutego.operations.instalment_making import (
    Instalment,
    begin_instalments,
    check_number,
    plan_instalments,
)
from kutego.operations.instalment_parts import CARRIED
from kutego.operations.invoice_corrections import refuse_edit
from kutego.operations.invoices import mail_invoice
from kutego.operations.pricing import price
from kutego.texts import gettext as _

SAME = (
    "key", "place", "text", "quantity", "unit", "unit_price", "discount_percent", "starts_on",
    "code_discount", "code_text",
)  # fmt: skip


@operation
def agree_instalments(
    invoice: Invoice,
    *,
    instalments: int,
    first_amount: Decimal | None = None,
    second_on: date | None = None,
    send_mail: bool = False,
    confirmed: frozenset[str] = frozenset(),
    on: date,
    by: Actor,
) -> Contract:
    """Turn an open invoice into an agreement of `instalments` parts (spec CON-37).

    A new version bills the first part, `first_amount` where it is a deposit; the others follow
    month by month, from `second_on` where it is given (spec CON-40). Places and what else the
    positions gave stay. Refused when more is paid than the first part.
    """
    plan_for(invoice, instalments, on, first_amount, second_on)
    check_number(invoice.current.positions, instalments, confirmed)
    lines = [_copy(position) for position in invoice.current.positions]
    contract = begin_instalments(
        invoice, lines, price(lines, company()), instalments, first=first_amount,
        second_on=second_on, on=on, by=by,
    )  # fmt: skip
    priced = price(lines, company())
    if priced.gross < invoice.paid:
        raise DomainError(
            _(
                "Es sind schon %(paid)s bezahlt, mehr als die erste Rate von %(part)s. Bitte "
                "weniger Raten wählen.",
                paid=euro(invoice.paid),
                part=euro(priced.gross),
            )
        )
    reason = _("Zahlung in %(count)s Raten vereinbart", count=instalments)
    version = issuing.write_version(invoice, lines, priced, taken=(), reason=reason, on=on, by=by)
    change_open(invoice)
    log_activity(
        invoice, "invoice.edited", by=by, version=version.version, total=priced.gross,
        personal={"reason": reason},
    )  # fmt: skip
    if send_mail:
        mail_invoice(invoice, "invoice_new_version")
    return contract


def plan_for(
    invoice: Invoice,
    instalments: int,
    on: date,
    first_amount: Decimal | None = None,
    second_on: date | None = None,
) -> list[Instalment]:
    """What would be due when; refuses what cannot be split. The change and its preview."""
    refuse_edit(invoice, on)
    if invoice.contract_id is not None:
        raise DomainError(
            _("%(number)s gehört schon zu einem Vertrag und lässt sich nicht in Raten teilen.",
              number=invoice)
        )  # fmt: skip
    positions = invoice.current.positions
    is_gross = company().prices is PriceMode.GROSS
    total = sum((p.gross if is_gross else p.net for p in positions), ZERO)
    return plan_instalments(total, instalments, on, first_amount, second_on)


def _copy(position: InvoicePosition) -> InvoicePosition:
    """The line for the next version, as it is."""
    return InvoicePosition(
        **{name: getattr(position, name) for name in (*SAME, *CARRIED)},
        participant=position.participant,
    )
