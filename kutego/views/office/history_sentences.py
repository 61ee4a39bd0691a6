"""What was done, told as a colleague would tell it."""

from kutego.models import Activity
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import ngettext
from kutego.views.office.history_facts import shown

SENTENCES = {
    "customer.created": m("hat den Kunden angelegt"),
    "customer.changed": m("hat die Stammdaten geändert"),
    "customer.locked": m("hat den Kunden gesperrt"),
    "customer.unlocked": m("hat den Kunden entsperrt"),
    "participant.created": m("hat einen Teilnehmer angelegt"),
    "participant.changed": m("hat einen Teilnehmer geändert"),
    "participant.archived": m("hat einen Teilnehmer archiviert"),
    "participant.restored": m("hat einen Teilnehmer aus dem Archiv geholt"),
    "employee.created": m("hat den Zugang angelegt"),
    "employee.activated": m("hat den Zugang wieder geöffnet"),
    "employee.deactivated": m("hat den Zugang geschlossen"),
    "employee.role_changed": m("hat die Rolle des Zugangs geändert"),
    "employee.password_changed": m("hat das Passwort geändert"),
    "enrolment.created": m("hat einen Teilnehmer ab %(first)s eingetragen"),
    "enrolment.removed": m("hat einen Teilnehmer ausgetragen"),
    "enrolment.shortened": m("hat den Platz auf den %(ends_on)s verkürzt"),
    "credit.deposited": m("hat %(amount)s Guthaben eingezahlt"),
    "credit.paid_out": m("hat %(amount)s Guthaben ausgezahlt"),
    "credit.corrected": m("hat eine Guthabenbuchung korrigiert: %(amount)s"),
    "contract.created": m("hat den Vertrag angelegt, Beginn %(starts_on)s"),
    "contract.shifted": m(
        "hat den Vertrag um %(months)s verschoben: Ende %(old_ends_on)s → %(new_ends_on)s, "
        "nächste Rechnung %(old_next_invoice_on)s → %(new_next_invoice_on)s"
    ),
    "contract.dates_changed": m(
        "hat die Daten geändert: Ende %(old_ends_on)s → %(new_ends_on)s, "
        "nächste Rechnung %(old_next_invoice_on)s → %(new_next_invoice_on)s"
    ),
    "contract.billed_again": m("hat den Zeitraum %(first)s bis %(last)s neu abgerechnet"),
    "contract.period_free": m("hat für %(first)s bis %(last)s nichts berechnet"),
    "contract.ended": m("hat den Vertrag beendet"),
    "contract.terminated": m("hat den Vertrag zum %(terminated_to)s gekündigt"),
    "contract.resumed": m("hat die Kündigung zum %(terminated_to)s zurückgenommen"),
    "contract.cancelled": m("hat den Vertrag storniert, zusammen %(total)s"),
    "invoice.drafted": m("hat einen Entwurf über %(total)s gespeichert"),
    "invoice.draft_deleted": m("hat einen Entwurf über %(total)s gelöscht"),
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
    "refund.account_set": m("hat das Konto einer Erstattung eingetragen"),
    "refund.submitted": m("hat %(amount)s Erstattung bei der Bank eingereicht"),
    "refund.refunded": m("hat %(amount)s erstattet"),
    "refund.withdrawn": m("hat eine Auszahlung zurückgenommen, das Geld bleibt Guthaben"),
    "refund.taken_back": m("hat eine Erstattung zurückgenommen, die die Bank nicht ausgeführt hat"),
    "enclosure.added": m("hat die Beilage hinzugefügt"),
    "enclosure.removed": m("hat die Beilage entfernt"),
    "message.resent": m("hat eine E-Mail noch einmal versendet"),
    "message.failed": m("konnte eine E-Mail nicht zustellen"),
    "message.unclear": m("weiß nicht, ob eine E-Mail angekommen ist"),
    "message.settled": m("hat einen unklaren Versand geklärt"),
    "message.suppressed": m("hat eine E-Mail nicht gesendet, weil der Kunde gesperrt ist"),
    "message.hidden": m("hat eine E-Mail aus der Akte genommen"),
}


def sentence(activity: Activity) -> str:
    """What was done, in German, with its amounts and dates."""
    pattern = SENTENCES.get(activity.action)
    if pattern is None:
        return activity.action
    facts = {name: shown(value) for name, value in activity.facts.items()}
    if "months" in activity.facts:
        facts["months"] = _months(activity.facts["months"])
    told = _(pattern) % _Known(facts)
    if not activity.facts.get("receipt"):  # goodwill and opening balances have none
        return told
    return _("%(told)s (Quittung %(receipt)s)", told=told, receipt=facts["receipt"])


def _months(count: int) -> str:
    """`2 Monate`, or `1 Monat zurück`."""
    text = ngettext("1 Monat", "%(count)s Monate", abs(count))
    return text if count > 0 else _("%(months)s zurück", months=text)


class _Known(dict[str, str]):
    """A fact that an old line does not have reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
