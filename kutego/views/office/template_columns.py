"""What templates of contracts have in common on the screen: of running courses and memberships."""

from kutego.models import Terms
from kutego.operations.first_periods import interval_text
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.catalogue import ACTIVE
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.panel import Card, Column


def cut_off_text(terms: Terms) -> str:
    """The cut-off day as it is said."""
    if terms.cut_off_day is None:
        return ""
    if terms.cut_off_month is None:
        return _("am %(day)s. des Monats", day=terms.cut_off_day)
    return _("am %(day)s.%(month)s.", day=terms.cut_off_day, month=terms.cut_off_month)


INTERVAL = Column("interval", "Zeitraum", value=interval_text)
TERMS_COLUMNS = (
    Column("name", "Name"),
    Column("price", "Preis je Zeitraum"),
    Column("vat_rate", "USt.", kind="percent"),
    INTERVAL,
    Column("minimum_months", "Mindestlaufzeit (Monate)"),
    Column("notice_months", "Kündigungsfrist (Monate)"),
    Column("registration_fee", "Aufnahmegebühr", shown=False),
    ACTIVE,
)
TERMS_FIELDS = (
    Column("interval_months", "Zeitraum (Monate)"),
    Column("interval_weeks", "Zeitraum (Wochen)"),
    Column("renews", "Verlängert sich auf unbestimmte Zeit"),
    Column("start_rule", "Die Zeiträume zählen"),
    Column("cut_off", "Stichtag", value=cut_off_text),
    Column("cut_off_day", "Stichtag (Tag im Monat)"),
    Column("cut_off_month", "Stichtag (Monat im Jahr)"),
    Column("first_invoice", "Erste Rechnung"),
    METHODS,
)
TERMS_CARDS = (
    Card("Laufzeit", "name", "interval", "minimum_months", "notice_months", "renews"),
    Card("Beginn", "start_rule", "cut_off", "first_invoice"),
    Card("Preis", "price", "vat_rate", "registration_fee", "payment_methods", "is_active"),
)
TERMS_FORM = (
    "name", "price", "vat_rate", "registration_fee", "payment_methods", "interval_months",
    "interval_weeks", "minimum_months", "notice_months", "renews", "start_rule", "cut_off_day",
    "cut_off_month", "first_invoice",
)  # fmt: skip
TERMS_ARGS = {
    "interval_weeks": {"description": m("Leer: nach Monaten. Sonst bitte 1 Monat stehen lassen.")},
    "minimum_months": {"description": m("Höchstens 24 (§ 309 Nr. 9 BGB). 0: keine.")},
    "notice_months": {"description": m("Höchstens 1 (§ 309 Nr. 9 BGB). 0: jederzeit.")},
    "renews": {"description": m("Ohne Haken endet der Vertrag mit der Mindestlaufzeit.")},
    "cut_off_day": {"description": m("1 bis 31. Der 31. ist immer das Monatsende.")},
    "cut_off_month": {
        "description": m("Leer: in jedem Monat. Sonst zählen die Zeiträume ab diesem Monat.")
    },
    "first_invoice": {"description": m("Wenn der Vertrag nicht am Stichtag beginnt.")},
}
TERMS_OVERRIDES = METHOD_FIELD
