"""Invoices, credit, refunds."""

from kutego.texts import marked as m

SENTENCES = {
    "credit.deposited": m("hat %(amount)s Guthaben eingezahlt"),
    "credit.paid_out": m("hat %(amount)s Guthaben ausgezahlt"),
    "credit.corrected": m("hat eine Guthabenbuchung korrigiert: %(amount)s"),
    "invoice.drafted": m("hat einen Entwurf über %(total)s gespeichert"),
    "invoice.draft_deleted": m("hat einen Entwurf über %(total)s gelöscht"),
    "invoice.issued": m("hat Rechnung %(number)s über %(total)s ausgestellt"),
    "invoice.edited": m("hat die Rechnung korrigiert (Version %(version)s, %(total)s)"),
    "invoice.resent": m("hat die Rechnung noch einmal versendet"),
    "invoice.paid": m("hat eine Zahlung über %(amount)s verbucht"),
    "invoice.payment_reversed": m("hat eine Zahlung über %(amount)s zurückgebucht"),
    "invoice.credit_used": m("hat %(amount)s mit Guthaben verrechnet"),
    "invoice.cancelled": m("hat storniert (%(number)s)"),
    "invoice.draft_booked": m("hat aus einem Entwurf die Buchung %(number)s gemacht"),
    "invoice.day_credited": m(
        "hat den abgesagten Kurstag %(day)s mit %(amount)s von der Rechnung abgezogen"
    ),
    "booking.made": m("hat die Buchung %(number)s ohne Rechnung angelegt (%(reason)s)"),
    "booking.done": m("hat die Buchung %(number)s als erledigt markiert"),
    "booking.reopened": m("hat die Buchung %(number)s wieder geöffnet"),
    "booking.resent": m("hat die Buchungsbestätigung noch einmal versendet"),
    "booking.cancelled": m("hat die Buchung %(number)s storniert"),
    "booking.partly_cancelled": m("hat von der Buchung %(number)s einen Teil storniert"),
    "booking.voucher_redeemed": m("hat %(amount)s mit dem Gutschein %(code)s verrechnet"),
    "booking.voucher_returned": m("hat %(amount)s auf den Gutschein %(code)s zurückgegeben"),
    "booking.converted": m("hat aus der Buchung %(number)s die Rechnung %(invoice)s gemacht"),
    "refund.account_set": m("hat das Konto einer Erstattung eingetragen"),
    "refund.submitted": m("hat %(amount)s Erstattung bei der Bank eingereicht"),
    "refund.refunded": m("hat %(amount)s erstattet"),
    "refund.withdrawn": m("hat eine Auszahlung zurückgenommen, das Geld bleibt Guthaben"),
    "refund.taken_back": m("hat eine Erstattung zurückgenommen, die die Bank nicht ausgeführt hat"),
}
