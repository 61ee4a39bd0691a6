"""Customers and staff."""

from kutego.texts import marked as m

SENTENCES = {
    "customer.created": m("hat den Kunden angelegt"),
    "customer.changed": m("hat die Stammdaten geändert"),
    "customer.groups_changed": m("hat die Gruppen geändert"),
    "customer.fields_changed": m("hat Zusatzfelder geändert"),
    "customer.mandate_granted": m("hat das SEPA-Mandat %(reference)s vom %(signed_on)s erfasst"),
    "customer.mandate_revoked": m("hat das SEPA-Mandat %(reference)s widerrufen"),
    "customer.seen_again": m("hat sich wieder gemeldet (%(origin)s)"),
    "customer.invoices_reissued": m("hat %(count)s Rechnungen mit den neuen Daten ausgestellt"),
    "customer.locked": m("hat den Kunden gesperrt"),
    "customer.unlocked": m("hat den Kunden entsperrt"),
    "customer_group.created": m("hat die Kundengruppe angelegt"),
    "customer_group.changed": m("hat die Kundengruppe geändert"),
    "customer_group.deleted": m("hat die Kundengruppe „%(name)s“ gelöscht"),
    "recipient_group.created": m("hat die Empfängergruppe angelegt"),
    "recipient_group.changed": m("hat die Empfängergruppe geändert"),
    "recipient_group.deleted": m("hat die Empfängergruppe „%(name)s“ gelöscht"),
    "custom_field.created": m("hat das Zusatzfeld angelegt"),
    "custom_field.changed": m("hat das Zusatzfeld geändert"),
    "custom_field.deleted": m("hat das Zusatzfeld „%(label)s“ gelöscht"),
    "employee.created": m("hat den Zugang angelegt"),
    "employee.activated": m("hat den Zugang wieder geöffnet"),
    "employee.deactivated": m("hat den Zugang geschlossen"),
    "employee.role_changed": m("hat die Rolle des Zugangs geändert"),
    "employee.password_changed": m("hat das Passwort geändert"),
}
