"""Courses: their days, who leads them, where they take place."""

from kutego.texts import marked as m

SENTENCES = {
    "course_date.days_made": m("hat %(number)s Tage vom %(first)s bis %(last)s angelegt"),
    "course_date.day_removed": m("hat den Tag %(day)s entfernt"),
    "course_date.time_removed": m("hat die Zeit %(time)s und %(days)s ihrer Tage entfernt"),
    "course_date.copied": m("hat den Kurs als Kopie von „%(source)s“ angelegt"),
    "course_date.followed": m("hat den Folgekurs „%(next)s“ angelegt"),
    "course_date.rule_added": m("lässt „%(template)s“ von selbst hinausgehen: %(when)s"),
    "course_date.rule_removed": m("sendet „%(template)s“ nicht mehr von selbst: %(when)s"),
    "course_time.created": m("hat eine Zeit angelegt"),
    "course_time.changed": m("hat eine Zeit geändert"),
    "course_day.added": m("hat den Tag %(day)s angelegt"),
    "course_day.called_off": m("hat den %(day)s abgesagt, für %(places)s Plätze"),
    "course_day.moved": m("hat den Tag vom %(from_day)s, %(from_time)s, auf den %(to_day)s, "
                          "%(to_time)s, verschoben"),
    "course_day.given": m("hat die Kursleitung am %(day)s geändert"),
    "course_day.unled": m("hat den %(day)s ohne Kursleitung gelassen"),
    "course_day.topic": m("hat das Thema des %(day)s eingetragen: %(topic)s"),
    "absence.entered": m("hat eine Abwesenheit eingetragen; %(days)s Kurstage sind ohne Leitung"),
    "absence.removed": m("hat eine Abwesenheit entfernt; %(days)s Kurstage haben wieder eine "
                         "Leitung"),
    "room.created": m("hat den Raum angelegt"),
    "room.changed": m("hat den Raum geändert"),
    "opening_hours.created": m("hat eine Öffnungszeit angelegt"),
    "opening_hours.changed": m("hat eine Öffnungszeit geändert"),
    "location.hours_removed": m("hat die Öffnungszeit %(hours)s entfernt"),
    "closing_time.created": m("hat eine Schließzeit angelegt"),
    "closing_time.changed": m("hat eine Schließzeit geändert"),
    "closing_time.removed": m("hat die Schließzeit „%(title)s“ vom %(first)s bis %(last)s "
                              "entfernt"),
    "school_holiday.created": m("hat Schulferien eingetragen"),
    "school_holiday.changed": m("hat Schulferien geändert"),
    "school_holiday.removed": m("hat die Schulferien „%(title)s“ vom %(first)s bis %(last)s "
                                "entfernt"),
    "calendar_feed.opened": m("hat ein Kalender-Abo eingerichtet"),
    "calendar_feed.renewed": m("hat dem Kalender-Abo eine neue Adresse gegeben"),
    "calendar_feed.closed": m("hat das Kalender-Abo beendet"),
}  # fmt: skip
