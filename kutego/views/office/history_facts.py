"""Facts of the history as people read them: what changed from what to what."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kutego.models import Activity
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.texts import marked as m

LABELS = {
    "first_name": m("Vorname"), "last_name": m("Nachname"), "email": m("E-Mail"),
    "street": m("Straße"), "postcode": m("PLZ"), "city": m("Ort"), "phone": m("Telefon"),
    "mobile": m("Mobil"), "iban": m("IBAN"), "reason": m("Grund"), "recipient": m("Empfänger"),
    "company_name": m("Firma"), "permanent_discount": m("Rabatt"), "remark": m("Bemerkung"),
    "birthday": m("Geburtstag"), "breed": m("Rasse"), "country": m("Land"), "title": m("Titel"),
    "payment_method": m("Zahlungsmethode"), "account_holder": m("Kontoinhaber"),
    "newsletter": m("Newsletter"), "is_company": m("Firmenkunde"),
}  # fmt: skip


def details(activity: Activity) -> list[str]:
    """The personal facts behind it: what changed from what to what."""
    if activity.detail is None:
        return []
    return [_detail(name, value) for name, value in activity.detail.facts.items()]


def _detail(name: str, value: Any) -> str:
    label = _(LABELS[name]) if name in LABELS else name
    if isinstance(value, list) and len(value) == 2:
        old, new = (shown(part) or "–" for part in value)
        return f"{label}: {old} → {new}"
    return f"{label}: {shown(value)}"


def shown(value: Any) -> str:
    """One fact: a day, an amount, yes or no, or the text itself."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    if text[-3:-2] == ".":
        try:
            return euro(Decimal(text))
        except InvalidOperation:
            return text
    return text
