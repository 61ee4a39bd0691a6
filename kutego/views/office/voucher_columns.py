"""What a list of vouchers shows, finds and does; the same for the house and at a customer."""

from functools import reduce
from operator import or_

from kutego.models import Right, Voucher, VoucherKind, VoucherState
from kutego.models.voucher_state import voucher_state_is
from kutego.money import euro, percent
from kutego.operations.discount_codes import create_discount_code
from kutego.operations.vouchers import (
    block_voucher,
    change_validity,
    issue_value_vouchers,
    send_voucher,
    unblock_voucher,
)
from kutego.views.office.columns import document_links
from kutego.views.office.forms import ReasonForm
from kutego.views.office.voucher_forms import (
    DiscountForm,
    SendForm,
    ValidityForm,
    ValueVoucherForm,
)
from kutego.views.panel import (
    AmountFilter,
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
    TextFilter,
    today,
)
from kutego.views.panel.places import view_of


class StateFilter(ChoiceFilter):
    """The state of today, in SQL as for one record in Python."""

    def condition(self, model, values):
        return reduce(or_, (voucher_state_is(state, today()) for state in self._chosen(values)))


def usage(voucher: Voucher) -> str:
    """How often it was redeemed, and of how many times."""
    if voucher.most_uses is not None:
        return f"{voucher.uses} / {voucher.most_uses}"
    return f"{voucher.uses} ×" if voucher.uses else ""


def usage_link(voucher: Voucher) -> str | None:
    """The invoices in which it was redeemed (spec VOU-02)."""
    if not voucher.uses:
        return None
    view = view_of(Voucher)
    return view.tab_url(voucher, "redemptions") if view else None


def worth(voucher: Voucher) -> str:
    """What a discount code takes off."""
    if voucher.percent is not None:
        return f"{percent(voucher.percent)}\u00a0%"
    return euro(voucher.value if voucher.amount is None else voucher.amount)


VOUCHER_COLUMNS = (
    Column("number", "Code", sort="code"),
    Column("kind", "Art"),
    Column("name", "Bezeichnung"),
    Column("worth", "Wert", value=worth, kind="number", sort="value"),
    Column("rest", "Rest", value=lambda v: v.rest if v.value else None, kind="money", sort="rest",
           total=True),
    Column("state", "Status", value=lambda v: v.state(today()), badge=True, load=("invoice",)),
    Column("uses", "Nutzung", value=usage, sort="uses", link=usage_link),
    Column("valid_to", "Gültig bis"),
    Column("invoice", "Verkauft mit", value=lambda v: v.invoice and v.invoice.number,
           load=("invoice",), link=lambda v: v.invoice, sort="invoice.number", shown=False),
    Column("sheet", "PDF", value=lambda v: document_links(v.sheets[-1] if v.sheets else None),
           load=("sheets.renditions",), exported=False),
    Column("remark", "Bemerkung", shown=False),
    Column("created_at", "Angelegt", shown=False),
)  # fmt: skip
VOUCHER_FILTERS = (
    ChoiceFilter("kind", "Art", VoucherKind),
    StateFilter("state", "Status", VoucherState),
    TextFilter("name", "Bezeichnung"),
    DateFilter("valid_to", "Gültig bis"),
    DateFilter("created_at", "Angelegt"),
    AmountFilter("rest", "Rest"),
)
R = Right.VOUCHERS
VOUCHER_BUTTONS = (
    Button(issue_value_vouchers, ValueVoucherForm, label="Wertgutscheine ausstellen",
           icon="gift", primary=True, place=Place.LIST, right=R,
           done="Die Gutscheine sind ausgestellt."),
    Button(create_discount_code, DiscountForm, label="Rabattcode anlegen", icon="percent",
           place=Place.LIST, right=R, done="Der Rabattcode ist angelegt."),
    Button(send_voucher, SendForm, label="Per E-Mail senden", icon="envelope", mass=True,
           primary=True, right=R, done="Der Gutschein wird versendet.",
           shown=lambda v: v.customer_id is not None and v.kind is not VoucherKind.DISCOUNT),
    Button(change_validity, ValidityForm, label="Gültigkeit ändern", icon="calendar-range",
           mass=True, right=R, done="Die Gültigkeit ist geändert."),
    Button(unblock_voucher, None, label="Wieder freigeben", icon="unlock", mass=True, right=R,
           done="Der Gutschein ist wieder frei.",
           shown=lambda v: v.blocked_at is not None and not v.is_withdrawn),
    Button(block_voucher, ReasonForm, label="Sperren", icon="lock", mass=True, danger=True,
           right=R, done="Der Gutschein ist gesperrt.",
           help="Der Code lässt sich nicht mehr einlösen; was noch darauf ist, bleibt stehen.",
           shown=lambda v: v.blocked_at is None),
)  # fmt: skip
