"""Contracts."""

from kutego.texts import marked as m

SENTENCES = {
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
}
