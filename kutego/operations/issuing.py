"""What happens when an invoice is issued, whoever asks for it: person, contract or offer."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Company,
    Invoice,
    InvoicePosition,
    InvoiceState,
    InvoiceVersion,
    NumberKind,
    Payment,
    PaymentKind,
    company,
)
from kutego.models.ids import give_id
from kutego.money import ZERO
from kutego.operations.activity import log_activity
from kutego.operations.credit_booking import change_open, use_credit
from kutego.operations.documents import add_renditions
from kutego.operations.down_payments import DownPayment, book_down_payment, down_payment_text
from kutego.operations.dunning_rules import run_of
from kutego.operations.effects import take_all
from kutego.operations.instalment_making import begin_instalments
from kutego.operations.numbers import draw_number
from kutego.operations.pricing import Priced, price
from kutego.operations.redemption_plan import (
    NO_VOUCHERS,
    lower_anew,
    lower_prices,
    pay_with,
    refuse_less,
    voucher_text,
    vouchers_named,
)
from kutego.operations.redemptions import book_redemptions
from kutego.operations.snapshots import deductions, payment, snapshot
from kutego.texts import gettext as _

FIRST, CORRECTED = "380", "384"
ORDER = ("voucher", "credit", "down_payment", "payment")
Taken = tuple[str, str, Decimal]  # kind, text, amount


def issue(
    invoice: Invoice,
    lines: Sequence[InvoicePosition],
    *,
    credit: Decimal,
    vouchers: Mapping[int, Decimal] = NO_VOUCHERS,
    down_payment: DownPayment | None = None,
    is_given: bool = False,
    confirmed: frozenset[str],
    on: date,
    by: Actor,
) -> InvoiceVersion:
    """Places and contracts first, then credit, number and version 1. Joins a transaction.

    `vouchers` are ids, each with what it is to take off (Euro; 0: all it can). `credit` is the
    most that is set off, never more than what these leave; beside a down payment the caller has
    seen to it that all are not more than the total. `is_given`: a booking gave what the lines
    sell, with these codes, which the caller has locked.
    """
    house = company()
    codes = vouchers_named(vouchers)
    if is_given:
        lowered = lower_anew(vouchers, lines)
    else:
        take_all(invoice, lines, also=codes, confirmed=confirmed, on=on, by=by)
        lowered = lower_prices(codes, lines, invoice.customer, on) if codes else []
    priced = price(lines, house)
    if priced.gross < 0:
        raise DomainError(_("Eine Rechnung über weniger als 0,00 € gibt es nicht."))
    if invoice.instalments:
        begin_instalments(invoice, lines, priced, invoice.instalments, on=on, by=by)
        priced = price(lines, house)
    paying = pay_with(codes, lines, priced, vouchers)
    refuse_less([*lowered, *paying], vouchers)
    credit = min(credit, priced.gross - sum((p.amount for p in paying), ZERO))
    invoice.move_to(InvoiceState.ISSUED)
    invoice.issued_on = on
    invoice.due_on = on + timedelta(days=house.due_days)
    invoice.total, invoice.dunning_run_id = priced.gross, run_of(lines)
    change_open(invoice)
    with db.session.no_autoflush:  # the invoice is written once, with everything in it
        invoice.number = draw_number(NumberKind.INVOICE, on=on)
    taken = [*(p.taken for p in paying), credit_taken(credit)]
    taken += [down_payment.taken] if down_payment else []
    version = write_version(invoice, lines, priced, taken=taken, on=on, by=by)
    if credit > 0 or down_payment or codes:
        db.session.flush()  # what is booked names the invoice
    book_redemptions(invoice, [*lowered, *paying], on=on, by=by)
    if credit > 0:
        use_credit(invoice, credit, on=on, by=by)
    if down_payment:
        book_down_payment(invoice, down_payment, by=by)
    log_activity(invoice, "invoice.issued", by=by, number=invoice.number, total=priced.gross)
    return version


def write_version(
    invoice: Invoice,
    lines: Sequence[InvoicePosition],
    priced: Priced,
    *,
    taken: Sequence[Taken],
    on: date,
    by: Actor,
    reason: str | None = None,
    current_address: bool = False,
) -> InvoiceVersion:
    """Freeze the next version with its positions; the documents are rendered later from it.

    `taken` is what is taken off its total now, beyond what was paid before.
    """
    before = invoice.current
    invoice.version += 1
    invoice.revision += 1
    invoice.total = priced.gross
    suffix = "" if invoice.version == 1 else f"-{invoice.version}"
    number = f"{invoice.number}{suffix}"
    content = _content(invoice, priced, number, before, taken, on)
    if before is not None and not current_address:
        content["recipient"] = before.snapshot["recipient"]
    version = InvoiceVersion(
        customer_id=invoice.customer.id,
        invoice=invoice,
        version=invoice.version,
        number=number,
        issued_on=on,
        due_on=invoice.due_on,
        total=priced.gross,
        reason=reason,
        snapshot=content,
    )
    give_id(version)
    db.session.add(version)
    for line in priced.lines:
        position = cast(InvoicePosition, line.position)
        position.customer_id, position.invoice_id = version.customer_id, invoice.id
        position.invoice_version, position.category = version, line.category
        position.net, position.tax, position.gross = line.net, line.tax, line.gross
        db.session.add(position)
    set_committed_value(invoice, "current", version)
    if inspect(invoice).persistent:
        db.session.expire(invoice, ["versions"])
    add_renditions(version, invoice.customer)
    return version


def _content(
    invoice: Invoice,
    priced: Priced,
    number: str,
    before: InvoiceVersion | None,
    taken: Sequence[Taken],
    on: date,
) -> dict[str, Any]:
    house: Company = company()
    due_on = cast(date, invoice.due_on)  # it is set before a number is drawn
    parts = deductions(_together([*_earlier_payments(invoice), *taken]), priced.gross)
    return snapshot(
        "invoice",
        house,
        invoice.customer,
        priced,
        number=number,
        title=_("Rechnung") if before is None else _("Rechnungskorrektur"),
        issued_on=on,
        email=invoice.email,
        type_code=FIRST if before is None else CORRECTED,
        preceding=reference_to(before),
        reference=invoice.number,
        due_on=due_on.isoformat(),
        intro=invoice.intro or house.invoice_intro,
        closing=invoice.closing or house.invoice_closing,
        payment=payment(invoice.payment_method, Decimal(parts["due"]), due_on, invoice.customer),
        **parts,
    )


def reference_to(version: InvoiceVersion | None) -> dict[str, str] | None:
    """The document that a later one refers to (BG-3)."""
    if version is None:
        return None
    return {"number": version.number, "issued_on": version.issued_on.isoformat()}


def credit_taken(amount: Decimal) -> Taken:
    """Credit as it is taken off the total."""
    return "credit", _("Guthaben"), amount


def _together(taken: Sequence[Taken]) -> list[Taken]:
    """One line for each kind, in the order of the spec (D-16), what was paid later last."""
    sums: dict[tuple[str, str], Decimal] = {}
    for kind, text, amount in taken:
        sums[kind, text] = sums.get((kind, text), ZERO) + amount
    lines = [(kind, text, amount) for (kind, text), amount in sums.items() if amount]
    return sorted(lines, key=lambda line: ORDER.index(line[0]))


def _earlier_payments(invoice: Invoice) -> list[Taken]:
    if invoice.version == 1:
        return []
    query = select(Payment).where(Payment.invoice_id == invoice.id).order_by(Payment.id)
    entries = {entry.id: entry for entry in db.session.scalars(query)}
    return [
        (*_name_of(entries.get(entry.reverses_id or 0, entry)), entry.amount)
        for entry in entries.values()
    ]


def _name_of(entry: Payment) -> tuple[str, str]:
    if entry.voucher is not None:
        return "voucher", voucher_text(entry.voucher)
    if entry.credit_entry_id is not None:
        return "credit", _("Guthaben")
    if entry.kind is PaymentKind.DOWN_PAYMENT:
        return "down_payment", down_payment_text(entry.paid_on)
    return "payment", _("Bereits bezahlt")
