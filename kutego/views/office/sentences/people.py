"""Customers, participants, staff."""

from kutego.texts import marked as m

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
}
