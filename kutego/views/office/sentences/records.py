"""Records that became one, and those that came in by a file."""

from kutego.texts import marked as m

SENTENCES = {
    "customer.merged": m("hat %(other)s mit diesem Kunden zusammengeführt"),
    "customer.merged_into": m("hat den Kunden mit %(other)s zusammengeführt"),
    "customer.unmerged": m("hat die Zusammenführung mit %(other)s rückgängig gemacht"),
    "customer.unmerged_into": m("hat die Zusammenführung mit %(other)s rückgängig gemacht"),
    "customer.told_apart": m("hat festgestellt, dass %(other)s jemand anderes ist"),
    "customer.pointed": m("hat %(other)s als Hauptkonto eingetragen"),
    "customer.became_main": m("hat dieses Konto als Hauptkonto von %(other)s eingetragen"),
    "customer_import.uploaded": m("hat „%(name)s“ mit %(rows)s Zeilen hochgeladen"),
    "customer_import.started": m("hat den Import von %(rows)s Zeilen gestartet"),
    "customer_import.undone": m("hat den Import rückgängig gemacht"),
}
