"""Messages and what goes along with them."""

from kutego.texts import marked as m

SENTENCES = {
    "enclosure.added": m("hat die Beilage hinzugefügt"),
    "enclosure.removed": m("hat die Beilage entfernt"),
    "message.resent": m("hat eine E-Mail noch einmal versendet"),
    "message.failed": m("konnte eine E-Mail nicht zustellen"),
    "message.unclear": m("weiß nicht, ob eine E-Mail angekommen ist"),
    "message.settled": m("hat einen unklaren Versand geklärt"),
    "message.suppressed": m("hat eine E-Mail nicht gesendet, weil der Kunde gesperrt ist"),
    "message.bounced": m("meldet: Eine E-Mail kam als unzustellbar zurück"),
    "message_template.created": m("hat die Vorlage angelegt"),
    "message_template.changed": m("hat die Vorlage geändert"),
    "message_template.deleted": m("hat die Vorlage „%(name)s“ gelöscht"),
    "mail_text.changed": m("hat den Text der System-Mail „%(template)s“ geändert"),
    "mail_text.reset": m("hat den Text der System-Mail „%(template)s“ zurückgesetzt"),
    "contact.opened": m("hat ein Gespräch begonnen"),
    "contact.finished": m("hat eine Kontaktanfrage erledigt"),
    "contact.reopened": m("hat eine Kontaktanfrage wieder geöffnet"),
    "contact.annotated": m("hat die Notiz einer Kontaktanfrage geändert"),
    "callback.opened": m("hat eine Rückrufbitte aufgenommen"),
    "callback.finished": m("hat eine Rückrufbitte erledigt"),
    "callback.reopened": m("hat eine Rückrufbitte wieder geöffnet"),
    "callback.annotated": m("hat die Notiz einer Rückrufbitte geändert"),
    "thread.answered": m("hat eine E-Mail geschrieben"),
    "thread.received": m("hat eine E-Mail geschickt"),
    "thread.noted": m("hat ein Gespräch notiert"),
    "thread.assigned": m("hat die Zuständigkeit für eine Anfrage geändert"),
    "thread.given": m("hat eine Anfrage diesem Kunden zugeordnet"),
    "thread.discarded": m("hat eine Anfrage verworfen"),
    "message.hidden": m("hat eine E-Mail aus der Akte genommen"),
}
