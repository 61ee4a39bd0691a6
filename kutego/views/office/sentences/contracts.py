"""Contracts."""

from kutego.texts import marked as m

SENTENCES = {
    "contract.created": m("hat den Vertrag angelegt, Beginn %(starts_on)s"),
    "contract.activated": m("hat die Mitgliedschaft aktiviert, ab %(active_from)s"),
    "contract.shifted": m(
        "hat den Vertrag um %(months)s verschoben: Ende %(old_ends_on)s → %(new_ends_on)s, "
        "nächste Rechnung %(old_next_invoice_on)s → %(new_next_invoice_on)s"
    ),
    "contract.shifted_by_days": m(
        "hat den Vertrag um %(days)s Tage verschoben: Ende %(old_ends_on)s → %(new_ends_on)s, "
        "nächste Rechnung %(old_next_invoice_on)s → %(new_next_invoice_on)s"
    ),
    "contract.dates_changed": m(
        "hat die Daten geändert: Ende %(old_ends_on)s → %(new_ends_on)s, "
        "nächste Rechnung %(old_next_invoice_on)s → %(new_next_invoice_on)s"
    ),
    "contract.paused": m(
        "hat eine Pause vom %(first)s bis %(last)s eingetragen: Ende %(old_ends_on)s → "
        "%(new_ends_on)s, nächste Rechnung am %(new_next_invoice_on)s"
    ),
    "contract.pause_withdrawn": m(
        "hat die Pause vom %(first)s bis %(last)s zurückgenommen: Ende %(new_ends_on)s, nächste "
        "Rechnung am %(new_next_invoice_on)s"
    ),
    "contract.moved": m("hat den Vertrag von „%(old)s“ nach „%(new)s“ verlegt, ab %(moves_on)s"),
    "contract.price_changed": m(
        "hat den Preis ab %(valid_from)s geändert: %(old)s → %(new)s, zuerst ab %(first)s"
    ),
    "contract.price_applied": m("hat ab %(first)s den neuen Preis %(price)s berechnet"),
    "contract.price_withdrawn": m("hat den Preis %(price)s ab %(valid_from)s zurückgenommen"),
    "contract.billed_again": m("hat den Zeitraum %(first)s bis %(last)s neu abgerechnet"),
    "contract.period_free": m("hat für %(first)s bis %(last)s nichts berechnet"),
    "contract.fulfilled": m("hat die letzte von %(count)s Raten berechnet"),
    "contract.ended": m("hat den Vertrag beendet"),
    "contract.terminated": m("hat den Vertrag zum %(terminated_to)s gekündigt"),
    "contract.notice_received": m("hat über die Website gekündigt"),
    "contract.resumed": m("hat die Kündigung zum %(terminated_to)s zurückgenommen"),
    "contract.cancelled": m("hat den Vertrag storniert, zusammen %(total)s"),
}
