"""What was done, told as a colleague would tell it."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kutego.models import Activity
from kutego.money import euro
from kutego.texts import gettext as _
from kutego.texts import marked as m

SENTENCES = {
    "customer.created": m("hat den Kunden angelegt"),
    "customer.changed": m("hat die Stammdaten geändert"),
    "customer.locked": m("hat den Kunden gesperrt"),
    "customer.unlocked": m("hat den Kunden entsperrt"),
    "participant.created": m("hat einen Teilnehmer angelegt"),
    "participant.changed": m("hat einen Teilnehmer geändert"),
    "participant.archived": m("hat einen Teilnehmer archiviert"),
    "employee.created": m("hat den Zugang angelegt"),
    "enrolment.created": m("hat einen Teilnehmer ab %(first)s eingetragen"),
    "enrolment.removed": m("hat einen Teilnehmer ausgetragen"),
    "enrolment.extended": m("hat den Platz bis %(ends_on)s verlängert"),
    "credit.deposited": m("hat %(amount)s Guthaben eingezahlt (Quittung %(receipt)s)"),
    "credit.paid_out": m("hat %(amount)s Guthaben ausgezahlt (Quittung %(receipt)s)"),
    "credit.corrected": m("hat eine Guthabenbuchung korrigiert: %(amount)s"),
    "contract.created": m("hat den Vertrag angelegt, Beginn %(starts_on)s"),
    "contract.shifted": m("hat den Vertrag um %(months)s Monate verschoben"),
    "contract.billed": m("hat den Zeitraum ab %(first)s abgerechnet"),
    "contract.ended": m("hat den Vertrag beendet"),
    "contract.terminated": m("hat den Vertrag gekündigt"),
    "contract.cancelled": m("hat den Vertrag storniert"),
    "invoice.drafted": m("hat einen Entwurf über %(total)s gespeichert"),
    "invoice.issued": m("hat Rechnung %(number)s über %(total)s ausgestellt"),
    "invoice.edited": m("hat die Rechnung korrigiert (Version %(version)s, %(total)s)"),
    "invoice.resent": m("hat die Rechnung noch einmal versendet"),
    "invoice.paid": m("hat eine Zahlung über %(amount)s verbucht"),
    "invoice.payment_reversed": m("hat eine Zahlung über %(amount)s zurückgebucht"),
    "invoice.credit_used": m("hat %(amount)s mit Guthaben verrechnet"),
    "invoice.cancelled": m("hat storniert (%(number)s)"),
    "invoice.reminded": m("hat an die Zahlung erinnert"),
    "offer.drafted": m("hat einen Angebotsentwurf gespeichert"),
    "offer.copied": m("hat das Angebot aus %(of)s kopiert"),
    "offer.draft_deleted": m("hat einen Angebotsentwurf gelöscht"),
    "offer.issued": m("hat das Angebot %(number)s über %(total)s ausgestellt"),
    "offer.edited": m("hat das Angebot geändert (Fassung %(version)s, %(total)s)"),
    "offer.resent": m("hat das Angebot noch einmal versendet"),
    "offer.withdrawn": m("hat das Angebot zurückgezogen"),
    "offer.accepted": m("hat das Angebot angenommen"),
    "offer.declined": m("hat das Angebot abgelehnt"),
    "message.resent": m("hat eine E-Mail noch einmal versendet"),
    "message.hidden": m("hat eine E-Mail aus der Akte genommen"),
}

LABELS = {
    "first_name": m("Vorname"), "last_name": m("Nachname"), "email": m("E-Mail"),
    "street": m("Straße"), "postcode": m("PLZ"), "city": m("Ort"), "phone": m("Telefon"),
    "mobile": m("Mobil"), "iban": m("IBAN"), "reason": m("Grund"), "recipient": m("Empfänger"),
    "company_name": m("Firma"), "permanent_discount": m("Rabatt"), "remark": m("Bemerkung"),
    "birthday": m("Geburtstag"), "breed": m("Rasse"), "country": m("Land"), "title": m("Titel"),
    "payment_method": m("Zahlungsmethode"), "account_holder": m("Kontoinhaber"),
    "newsletter": m("Newsletter"), "is_company": m("Firmenkunde"),
}  # fmt: skip


def sentence(activity: Activity) -> str:
    """What was done, in German, with its amounts and dates."""
    pattern = SENTENCES.get(activity.action)
    if pattern is None:
        return activity.action
    facts = {name: _shown(value) for name, value in activity.facts.items()}
    return _(pattern) % _Known(facts)


def details(activity: Activity) -> list[str]:
    """The personal facts behind it: what changed from what to what."""
    if activity.detail is None:
        return []
    return [_detail(name, value) for name, value in activity.detail.facts.items()]


def _detail(name: str, value: Any) -> str:
    label = _(LABELS[name]) if name in LABELS else name
    if isinstance(value, list) and len(value) == 2:
        old, new = (_shown(part) or "–" for part in value)
        return f"{label}: {old} → {new}"
    return f"{label}: {_shown(value)}"


def _shown(value: Any) -> str:
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


class _Known(dict[str, str]):
    """A fact that an old line does not have reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
