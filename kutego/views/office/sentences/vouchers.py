"""Vouchers: sold, given away, redeemed, turned into credit."""

from kutego.texts import marked as m

SENTENCES = {
    "voucher.created": m("hat den Gutschein %(code)s angelegt"),
    "voucher.blocked": m("hat den Gutschein %(code)s gesperrt"),
    "voucher.unblocked": m("hat den Gutschein %(code)s wieder freigegeben"),
    "voucher.withdrawn": m("hat den Gutschein %(code)s mit seinem Verkauf storniert"),
    "voucher.validity_changed": m("hat die Gültigkeit von %(code)s geändert: bis %(new)s"),
    "voucher.sent": m("hat den Gutschein %(code)s versendet"),
    "voucher_template.created": m("hat die Gutschein-Vorlage „%(name)s“ angelegt"),
    "voucher_template.changed": m("hat die Gutschein-Vorlage „%(name)s“ geändert"),
    "invoice.voucher_redeemed": m("hat %(amount)s mit dem Gutschein %(code)s verrechnet"),
    "invoice.voucher_returned": m("hat %(amount)s auf den Gutschein %(code)s zurückgegeben"),
    "credit.voucher_converted": m("hat den Gutschein %(code)s in %(amount)s Guthaben umgewandelt"),
}
