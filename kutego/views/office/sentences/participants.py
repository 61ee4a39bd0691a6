"""Participants, their places in courses and who was there."""

from kutego.texts import marked as m

SENTENCES = {
    "participant.created": m("hat unter „{participants}“ jemanden angelegt"),
    "participant.fields_changed": m("hat Zusatzfelder geändert ({participant})"),
    "participant.changed": m("hat Angaben geändert ({participant})"),
    "participant.archived": m("hat einen Eintrag unter „{participants}“ archiviert"),
    "participant.restored": m("hat einen Eintrag unter „{participants}“ aus dem Archiv geholt"),
    "participant.deleted": m("hat einen Eintrag unter „{participants}“ gelöscht"),
    "participant.moved_away": m("hat einen Eintrag unter „{participants}“ an %(other)s übergeben"),
    "participant.moved_here": m("hat einen Eintrag unter „{participants}“ von %(other)s "
                                "übernommen"),
    "participant_note.created": m("hat eine Notiz geschrieben ({participant})"),
    "participant_note.changed": m("hat eine Notiz geändert ({participant})"),
    "participant_note.deleted": m("hat eine Notiz gelöscht ({participant})"),
    "enrolment.created": m("hat ab %(first)s in einen Kurs eingetragen"),
    "enrolment.day_compensated": m("hat den abgesagten Kurstag %(day)s ausgeglichen: %(what)s"),
    "enrolment.day_waived": m("gibt für den abgesagten Kurstag %(day)s nichts mehr"),
    "enrolment.insured": m("hat für den Platz eine Rücktrittsversicherung eingetragen"),
    "enrolment.uninsured": m("hat die Rücktrittsversicherung des Platzes ausgetragen"),
    "enrolment.taken_over": m("geht weiter in „%(course)s“"),
    "enrolment.removed": m("hat aus einem Kurs ausgetragen"),
    "enrolment.shortened": m("hat den Platz auf den %(ends_on)s verkürzt"),
    "enrolment.moved": m("hat den Platz von „%(old)s“ nach „%(new)s“ verlegt"),
    "attendance.recorded": m("hat die Anwesenheit am %(day)s erfasst"),
    "attendance.corrected": m("hat die Anwesenheit am %(day)s berichtigt"),
}  # fmt: skip
