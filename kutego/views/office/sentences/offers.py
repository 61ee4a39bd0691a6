"""Offers."""

from kutego.texts import marked as m

SENTENCES = {
    "offer.drafted": m("hat einen Angebotsentwurf gespeichert"),
    "offer.copied": m("hat das Angebot aus %(of)s kopiert"),
    "offer.draft_deleted": m("hat einen Angebotsentwurf gelöscht"),
    "offer.issued": m("hat das Angebot %(number)s über %(total)s ausgestellt"),
    "offer.edited": m("hat das Angebot geändert (Fassung %(version)s, %(total)s)"),
    "offer.resent": m("hat das Angebot noch einmal versendet"),
    "offer.withdrawn": m("hat das Angebot zurückgezogen"),
    "offer.accepted": m("hat das Angebot angenommen"),
    "offer.declined": m("hat das Angebot abgelehnt"),
}
