"""Letters and SMS."""

from kutego.texts import marked as m

SENTENCES = {
    "letter.queued": m("hat einen Brief geschrieben (%(cost)s)"),
    "letter.failed": m("konnte einen Brief nicht übergeben"),
    "letter.unclear": m("weiß nicht, ob ein Brief übergeben ist"),
    "letter.settled": m("hat geklärt, was aus einem Brief geworden ist"),
    "letter.suppressed": m("hat einen Brief nicht gesendet"),
    "sms.queued": m("hat eine SMS geschrieben"),
    "sms.failed": m("konnte eine SMS nicht zustellen"),
    "sms.unclear": m("weiß nicht, ob eine SMS angekommen ist"),
    "sms.settled": m("hat geklärt, was aus einer SMS geworden ist"),
    "sms.suppressed": m("hat eine SMS nicht gesendet, weil der Kunde gesperrt ist"),
}
