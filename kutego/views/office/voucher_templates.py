"""Templates of vouchers: what can be bought, for how much, how long it holds."""

from kutego.models import PaymentMethod, Right, VoucherExpiry, VoucherTax, VoucherTemplate
from kutego.money import CENT
from kutego.operations.voucher_limits import limit_names, limited_to
from kutego.operations.voucher_templates import save_voucher_template
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.history import WithHistory
from kutego.views.office.position_fields import RateField
from kutego.views.office.voucher_limits import LIMITS, LimitsForm, RestField
from kutego.views.panel import (
    Button,
    Card,
    CheckField,
    ChoiceField,
    ChoicesField,
    Column,
    LongTextField,
    MoneyField,
    NumberField,
    Place,
    RecordView,
    TextField,
    TextFilter,
    YesNoFilter,
)

NAMES = (
    "name", "price", "value", "is_free_value", "tax", "vat_rate", "expiry", "expiry_months",
    "text", "payment_methods", "rest_methods", "is_active",
)  # fmt: skip


class TemplateForm(LimitsForm):
    name = TextField("Bezeichnung", description=m("Steht auf Rechnung und Gutschein."))
    price = MoneyField("Preis", least=CENT)
    value = MoneyField("Wert", required=False, least=CENT, description=m("Leer: wie der Preis."))
    is_free_value = CheckField(
        "Freier Wert", description=m("Der Käufer bestimmt den Wert, der Preis ist ein Vorschlag.")
    )
    tax = ChoiceField("Umsatzsteuer", VoucherTax, default=VoucherTax.MULTI)
    vat_rate = RateField("Steuersatz, wenn Einzweckgutschein")
    expiry = ChoiceField("Gültigkeit", VoucherExpiry, default=VoucherExpiry.NEVER)
    expiry_months = NumberField("Monate", required=False, least=1, most=360)
    text = LongTextField("Text auf dem Gutschein", most=500)
    payment_methods = ChoicesField(
        "Nur mit diesen Zahlungsmethoden zu kaufen", PaymentMethod, required=False,
        description=m("Ohne Auswahl: alle, die die Einstellungen erlauben."),
    )  # fmt: skip
    rest_methods = RestField("Beim Einlösen: Rest nur mit diesen Zahlungsmethoden")
    is_active = CheckField("Aktiv", default=True)

    @classmethod
    def initial(cls, records):
        if not records:
            return {}
        template = records[0]
        values = {name: getattr(template, name) for name in NAMES}
        return values | {name: limited_to(template.limits, name) for name in LIMITS}


def _methods(chosen: list[str] | None) -> str:
    return ", ".join(PaymentMethod(v).label for v in chosen) if chosen else _("Alle")


class VoucherTemplateView(WithHistory, RecordView):
    model = VoucherTemplate
    slug, title, one = "voucher_templates", "Gutschein-Vorlagen", "Gutschein-Vorlage"
    icon, category = "tags", "Finanzen"
    right = Right.VOUCHERS
    columns = (
        Column("name", "Bezeichnung"),
        Column("price", "Preis"),
        Column("value", "Wert"),
        Column("is_free_value", "Freier Wert"),
        Column("expiry", "Gültigkeit"),
        Column("is_active", "Aktiv"),
    )
    filters = (TextFilter("name", "Bezeichnung"), YesNoFilter("is_active", "Aktiv"))
    default_sort = "name"
    fields = (
        Column("tax", "Umsatzsteuer"),
        Column("vat_rate", "Steuersatz", kind="percent"),
        Column("expiry_months", "Monate", quiet=True),
        Column("text", "Text", quiet=True),
        Column("methods", "Zahlungsmethoden beim Kauf",
               value=lambda t: _methods(t.payment_methods)),
        Column("rest", "Rest beim Einlösen zahlbar mit", value=lambda t: _methods(t.rest_methods)),
        Column("good_for", "Gilt für",
               value=lambda t: ", ".join(limit_names(t.limits)) or _("Alles")),
    )  # fmt: skip
    buttons = (
        Button(save_voucher_template, TemplateForm, label="Vorlage anlegen", icon="plus-lg",
               primary=True, place=Place.LIST, right=Right.VOUCHERS, name="add",
               done="Die Vorlage ist angelegt."),
        Button(save_voucher_template, TemplateForm, label="Bearbeiten", icon="pencil",
               right=Right.VOUCHERS, name="change", done="Die Vorlage ist geändert.",
               help="Verkaufte Gutscheine behalten ihre Bedingungen."),
    )  # fmt: skip
    cards = (
        Card("Vorlage", "name", "price", "value", "is_free_value", "tax", "vat_rate", "text"),
        Card("Bedingungen", "expiry", "expiry_months", "good_for", "methods", "rest",
             "is_active"),
    )  # fmt: skip
    empty = "Noch keine Vorlage. Legen Sie an, welche Gutscheine man bei Ihnen kaufen kann."
