"""Mailings, the newsletter, InfoAgents."""

from kutego.texts import marked as m

SENTENCES = {
    "mailing.written": m("hat die Mitteilung geschrieben"),
    "mailing.changed": m("hat die Mitteilung geändert"),
    "mailing.scheduled": m("hat die Mitteilung für den %(send_on)s geplant"),
    "mailing.unscheduled": m("hat den geplanten Versand zurückgenommen"),
    "mailing.started": m(
        "hat den Versand begonnen: %(recipients)s Empfänger, %(left_out)s ausgelassen"
    ),
    "mailing.sent": m("hat alle %(recipients)s E-Mails geschrieben"),
    "mailing.stopped": m("hat den Versand abgebrochen"),
    "mailing.deleted": m("hat die Mitteilung gelöscht"),
    "newsletter.asked": m("hat um die Bestätigung der Newsletter-Anmeldung gebeten"),
    "newsletter.confirmed": m("hat in den Newsletter eingewilligt"),
    "newsletter.recorded": m("hat eine Einwilligung in den Newsletter eingetragen"),
    "newsletter.withdrawn": m("hat den Newsletter abgemeldet"),
    "info_agent.created": m("hat einen InfoAgent angelegt"),
    "info_agent.ended": m("hat einen InfoAgent beendet"),
    "info_agent.resumed": m("hat einen InfoAgent wieder eingeschaltet"),
    "info_agent.told": m("hat auf den neuen Kurstermin „%(course)s“ hingewiesen"),
}
