"""Vouchers: the list with every kind, what each was used for, and those of one customer."""

from kutego.models import RedemptionKind, Right, Voucher, VoucherRedemption
from kutego.money import euro
from kutego.operations.payment_methods import methods_text
from kutego.operations.redemption_plan import voucher_text
from kutego.operations.voucher_conversion import convert_vouchers, convertible
from kutego.operations.voucher_limits import limit_names
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER, WITH_BOOKINGS
from kutego.views.office.history import WithHistory
from kutego.views.office.voucher_columns import (
    VOUCHER_BUTTONS,
    VOUCHER_COLUMNS,
    VOUCHER_FILTERS,
    usage,
)
from kutego.views.office.voucher_forms import ConvertForm
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    ChoiceFilter,
    Column,
    KeyFigure,
    RecordView,
    TabView,
    today,
)


def convert_preview(customer, codes):
    """What each code becomes; the page adds them up."""
    return [(voucher_text(v), v.rest) for v in convertible(customer, codes, today())]


CONVERT_BUTTON = Button(
    convert_vouchers, ConvertForm, label="Gutschein in Guthaben umwandeln", icon="gift",
    right=Right.CREDIT_BOOK, done="Der Gutschein ist jetzt Guthaben.",
    preview=convert_preview,
    shown=lambda customer: not customer.is_locked,
)  # fmt: skip
OWNER = Column(
    "customer", "Kunde", value=lambda v: v.customer and v.customer.name, load=("customer",),
    link=lambda v: v.customer, sort="customer.sort_name",
)  # fmt: skip


class CustomerVouchers(TabView):
    model = Voucher
    slug, title, one = "vouchers", "Gutscheine", "Gutschein"
    parent_key, group = "customer_id", WITH_BOOKINGS
    is_beside = True
    right = Right.VOUCHERS
    columns, filters, buttons = VOUCHER_COLUMNS, VOUCHER_FILTERS, VOUCHER_BUTTONS
    default_sort = "-created_at"
    empty = "Noch kein Gutschein: weder gekauft noch geschenkt."


class VoucherRedemptions(TabView):
    model = VoucherRedemption
    slug, title, one = "redemptions", "Nutzung", "Einlösung"
    parent_key = "voucher_id"
    right = Right.VOUCHERS
    columns = (
        Column("booked_on", "Datum"),
        Column("kind", "Art", badge=True),
        Column("amount", "Betrag", total=True),
        Column("rest", "Rest danach"),
        CUSTOMER,
        Column("invoice", "Rechnung", value=lambda r: r.invoice and r.invoice.number,
               load=("invoice",), link=lambda r: r.invoice, sort="invoice.number"),
        Column("booking", "Buchung", value=lambda r: r.booking and r.booking.number,
               load=("booking",), link=lambda r: r.booking, sort="booking.number"),
        Column("actor", "Gebucht von"),
    )  # fmt: skip
    filters = (ChoiceFilter("kind", "Art", RedemptionKind),)
    default_sort = "-booked_on"
    empty = "Noch nicht eingelöst."


class VoucherView(WithHistory, RecordView):
    model = Voucher
    slug, title, one, icon = "vouchers", "Gutscheine", "Gutschein", "gift"
    category = "Finanzen"
    right = Right.VOUCHERS
    columns = (VOUCHER_COLUMNS[0], *VOUCHER_COLUMNS[1:8], OWNER, *VOUCHER_COLUMNS[8:])
    filters, buttons = VOUCHER_FILTERS, VOUCHER_BUTTONS
    search, search_hint = ("code", "name", "customer.search"), "Code, Bezeichnung, Kunde"
    default_sort = "-created_at"
    fields = (
        Column("good_for", "Gilt für",
               value=lambda v: ", ".join(limit_names(v.limits)) or _("Alles")),
        Column("methods", "Rest zahlbar mit", value=methods_text, quiet=True),
        Column("minimum", "Gilt ab", quiet=True),
        Column("most_per_customer", "Höchstens je Kunde", quiet=True),
        Column("valid_from", "Gültig ab", quiet=True),
        Column("vat_rate", "Beim Verkauf versteuert mit", kind="percent", quiet=True),
        Column("template", "Vorlage", value=lambda v: v.template and v.template.name,
               load=("template",), link=lambda v: v.template, quiet=True),
    )  # fmt: skip
    cards = (
        Card("Gutschein", "number", "kind", "name", "customer", "invoice", "template", "sheet",
             "remark"),
        Card("Bedingungen", "worth", "rest", "valid_from", "valid_to", "good_for", "methods",
             "minimum", "most_per_customer", "vat_rate"),
    )  # fmt: skip
    tabs = (VoucherRedemptions,)
    empty = "Noch kein Gutschein. Stellen Sie einen aus, oder verkaufen Sie einen."

    def badges(self, record):
        return [Badge.of(record.state(today()))]

    def key_figures(self, record):
        used = KeyFigure(_("Nutzung"), usage(record) or "–", self.tab_url(record, "redemptions"))
        if not record.value:
            return [used]
        return [
            KeyFigure(_("Wert"), euro(record.value)), KeyFigure(_("Rest"), euro(record.rest)), used,
        ]  # fmt: skip
