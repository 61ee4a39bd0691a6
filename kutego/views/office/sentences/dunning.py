"""Dunning: stages that fired, stopped and resumed, collection, runs."""

from kutego.texts import marked as m

SENTENCES = {
    "invoice.reminded": m("hat an die Zahlung erinnert"),
    "invoice.dunned": m("hat gemahnt (%(stage)s, offen %(open_amount)s)"),
    "invoice.fee_added": m("hat eine Mahngebühr von %(fee)s berechnet (Version %(version)s)"),
    "invoice.deferred": m("hat das Zahlungsziel vom %(old)s auf den %(due_on)s verschoben"),
    "invoice.dunning_stopped": m("hat das Mahnen gestoppt"),
    "invoice.dunning_resumed": m("hat das Mahnen fortgesetzt"),
    "invoice.handed_over": m("hat die Rechnung an das Inkasso übergeben (%(claimed)s)"),
    "invoice.collected": m("hat den Inkassofall als bezahlt abgeschlossen"),
    "invoice.taken_back": m("hat die Rechnung aus dem Inkasso zurückgenommen"),
    "dunning.stopped": m("hat das Mahnen für alle Rechnungen gestoppt"),
    "dunning.resumed": m("hat das Mahnen für alle Rechnungen fortgesetzt"),
    "enrolment.suspended": m("lässt den Platz ruhen, bis Rechnung %(number)s bezahlt ist"),
    "enrolment.resumed": m("lässt den Platz nicht länger ruhen"),
    "dunning_run.created": m("hat einen Mahnlauf angelegt"),
    "dunning_run.changed": m("hat einen Mahnlauf geändert"),
    "dunning_run.made_standard": m("hat den Mahnlauf zum Standard gemacht"),
    "dunning_stage.created": m("hat eine Mahnstufe angelegt"),
    "dunning_stage.changed": m("hat eine Mahnstufe geändert"),
    "base_rate.created": m("hat einen Basiszinssatz eingetragen"),
    "base_rate.changed": m("hat einen Basiszinssatz geändert"),
}
