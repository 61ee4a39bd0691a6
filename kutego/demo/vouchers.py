"""Vouchers of the demo: templates, some sold and used, one given away, two discount codes."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import (
    Customer,
    CustomerState,
    PaymentMethod,
    PositionKind,
    Voucher,
    VoucherExpiry,
    VoucherTemplate,
)
from kutego.money import ZERO
from kutego.operations.discount_codes import create_discount_code
from kutego.operations.invoices import issue_invoice, save_draft
from kutego.operations.payments import record_payment
from kutego.operations.positions import PositionInput
from kutego.operations.voucher_templates import save_voucher_template
from kutego.operations.vouchers import issue_value_vouchers

BUYERS = 6
TEMPLATES = (
    ("Geschenkgutschein", "50.00", False, VoucherExpiry.STATUTORY),
    ("Gutschein Welpenkurs", "149.00", False, VoucherExpiry.STATUTORY),
    ("Gutschein über Ihren Wunschbetrag", "30.00", True, VoucherExpiry.NEVER),
)


def add_vouchers(on: date) -> None:
    """Sell a few, use some of them up, and let one wait for its money."""
    with clock.at(clock.noon(on)), transaction():
        known = select(Customer).where(
            ~Customer.is_staff, Customer.state == CustomerState.ACTIVE, Customer.email.is_not(None)
        )
        people = db.session.scalars(known.order_by(Customer.id).limit(BUYERS)).all()
        templates = [_template(*values, on=on) for values in TEMPLATES]
        _campaigns(on)
        for n, customer in enumerate(people):
            _sell(customer, templates[n % len(templates)], on, is_paid=n != BUYERS - 1)
        if people:
            issue_value_vouchers(
                people[0], name="Entschuldigung für den Ausfall", value=Decimal("15.00"),
                text="Das Gewitter war stärker als wir.", on=on, by=OFFICE,
            )  # fmt: skip
            _use(people[-1], on)


def _template(
    name: str, price: str, is_free: bool, expiry: VoucherExpiry, *, on: date
) -> VoucherTemplate:
    return save_voucher_template(
        name=name, price=Decimal(price), is_free_value=is_free, expiry=expiry,
        text="Für gemeinsame Stunden mit Ihrem Hund.", on=on, by=OFFICE,
    )  # fmt: skip


def _campaigns(on: date) -> None:
    create_discount_code(
        name="Willkommen", code="WILLKOMMEN", percent=Decimal("10.00"), most_per_customer=1,
        on=on, by=OFFICE,
    )  # fmt: skip
    create_discount_code(
        name="Tag des Hundes", code="WAU20", amount=Decimal("20.00"), minimum=Decimal("100.00"),
        valid_to=on + timedelta(days=60), most_uses=50, on=on, by=OFFICE,
    )  # fmt: skip


def _sell(customer: Customer, template: VoucherTemplate, on: date, *, is_paid: bool) -> None:
    line = PositionInput(
        kind=PositionKind.VOUCHER, text=template.name, unit_price=template.price, vat_rate=ZERO,
        voucher_template_id=template.id,
    )  # fmt: skip
    draft = save_draft(
        customer, positions=[line], payment_method=PaymentMethod.BANK_TRANSFER, on=on, by=OFFICE
    )
    sale = issue_invoice(draft, on=on, by=OFFICE)
    if is_paid:
        record_payment(sale, paid_on=on, on=on, by=OFFICE)  # type: ignore[arg-type]  # it costs


def _use(customer: Customer, on: date) -> None:
    """The first code that was sold is redeemed in part, with a discount code beside it."""
    sold = db.session.scalars(
        select(Voucher).where(Voucher.invoice_id.is_not(None)).order_by(Voucher.id)
    ).first()
    if sold is None:
        return
    line = PositionInput(
        kind=PositionKind.OTHER, text="Einzelstunde", unit_price=Decimal("39.00"),
        vat_rate=Decimal("19.00"),
    )  # fmt: skip
    draft = save_draft(
        customer, positions=[line], payment_method=PaymentMethod.BANK_TRANSFER,
        codes=["WILLKOMMEN", sold.code], on=on, by=OFFICE,
    )  # fmt: skip
    issue_invoice(draft, on=on, by=OFFICE)
