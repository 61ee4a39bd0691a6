"""Customers who leave: deleted, anonymised, told what is held on them."""

from kutego.texts import marked as m

SENTENCES = {
    "customer.deleted": m("hat den Kunden %(number)s mit allem, was zu ihm gehörte, gelöscht"),
    "customer.erased": m("hat den Kunden anonymisiert"),
    "customer.export_requested": m("hat eine Auskunft über alle Daten des Kunden angefordert"),
    "customer.export_ready": m("hat die Auskunft über alle Daten erstellt"),
    "customer.export_failed": m("konnte die Auskunft über alle Daten nicht erstellen"),
    "customer.export_downloaded": m("hat die Auskunft über alle Daten heruntergeladen"),
    "employee.removed": m("hat die Mitarbeiterrolle entfernt"),
}
