"""Paying an open invoice with vouchers."""

from kutego.models import InvoiceState, Right
from kutego.money import ZERO, euro
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.voucher_payments import plan_redemption, redeem_vouchers
from kutego.texts import gettext as _
from kutego.views.office.voucher_forms import ConvertForm
from kutego.views.panel import Button, today


def redeem_preview(invoice, codes):
    """What each code pays, and what is open afterwards."""
    found = plan_redemption(invoice, codes, today())
    left = invoice.open_amount - sum((each.amount for each in found), ZERO)
    paid = [f"{voucher_text(each.voucher)}: {euro(each.amount)}" for each in found]
    return [*paid, _("Danach offen: %(amount)s", amount=euro(left))]


REDEEM_BUTTON = Button(
    redeem_vouchers, ConvertForm, label="Gutschein einlösen", icon="gift", right=Right.PAYMENTS,
    done="Der Gutschein ist eingelöst.",
    preview=redeem_preview,
    shown=lambda i: i.state is InvoiceState.ISSUED and i.open_amount > 0,
)  # fmt: skip
