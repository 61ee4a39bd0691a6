"""Paying an open invoice with vouchers."""

from kutego.models import InvoiceState, Right
from kutego.operations.voucher_payments import redeem_vouchers
from kutego.views.office.voucher_forms import ConvertForm
from kutego.views.panel import Button

REDEEM_BUTTON = Button(
    redeem_vouchers, ConvertForm, label="Gutschein einlösen", icon="gift", right=Right.PAYMENTS,
    done="Der Gutschein ist eingelöst.",
    shown=lambda i: i.state is InvoiceState.ISSUED and i.open_amount > 0,
)  # fmt: skip
