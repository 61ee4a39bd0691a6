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
    "message.hidden": m("hat eine E-Mail aus der Akte genommen"),
}
