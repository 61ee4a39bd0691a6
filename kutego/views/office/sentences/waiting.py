"""Make-up days and waiting lists."""

from kutego.texts import marked as m

SENTENCES = {
    "make_up_claim.granted": m(
        "hat einen Nachholtag für den %(missed_on)s eingetragen, gültig bis %(expires_on)s"
    ),
    "make_up_claim.withdrawn": m("hat den Nachholtag für den %(missed_on)s zurückgenommen"),
    "make_up_claim.reset": m("hat den Nachholtag für den %(missed_on)s zurückgesetzt"),
    "make_up_claim.used": m("hat den Nachholtag vom %(missed_on)s für den %(used_on)s eingetragen"),
    "make_up_claim.released": m(
        "hat den Nachholtag vom %(missed_on)s am %(used_on)s wieder ausgetragen, gültig bis "
        "%(expires_on)s"
    ),
    "make_up_claim.dropped": m(
        "hat den Nachholtag für den %(missed_on)s mit dem Kursplatz zurückgenommen"
    ),
    "waitlist_entry.created": m("hat jemanden auf die Warteliste von „%(course)s“ gesetzt"),
    "waitlist_entry.moved": m("hat die Warteliste umgestellt: Platz %(was)s → %(now)s"),
    "waitlist_entry.offered": m("hat den freien Platz mit %(offer)s angeboten, bis %(until)s"),
    "waitlist_entry.notified": m("hat gemeldet, dass in „%(course)s“ ein Platz frei ist"),
    "waitlist_entry.accepted": m("hat den angebotenen Platz mit %(offer)s angenommen"),
    "waitlist_entry.settled": m("hat in den Kurs eingetragen; die Warteliste ist erledigt"),
    "waitlist_entry.given_up": m("hat den angebotenen Platz mit %(offer)s freigegeben"),
    "waitlist_entry.lapsed": m("hat den freien Platz nicht rechtzeitig gebucht und wartet weiter"),
    "waitlist_entry.moved_up": m("hat jemanden in „%(course)s“ nachrücken lassen"),
    "waitlist_entry.held_back": m("hat jemanden auf der Warteliste übergangen"),
    "waitlist_entry.reopened": m("hat jemanden wieder auf die Warteliste gesetzt"),
    "waitlist_entry.removed": m("hat jemanden von der Warteliste gestrichen"),
    "waitlist_entry.closed": m("hat die Warteliste geschlossen: „%(course)s“ findet nicht statt"),
    "waitlist_entry.left": m("hat sich von der Warteliste austragen lassen"),
}
