"""What belongs to no customer: the business, its offerings and what they are made of."""

from kutego.texts import marked as m

SENTENCES = {
    "company.created": m("hat den Betrieb eingerichtet"),
    "legal_text.added": m("hat eine neue Fassung eines Rechtstextes hinterlegt"),
    "transfer_file.made": m("hat eine Überweisungsdatei erstellt"),
    "location.created": m("hat einen Standort angelegt"),
    "location.changed": m("hat einen Standort geändert"),
    "course_category.created": m("hat eine Kurskategorie angelegt"),
    "course_category.changed": m("hat eine Kurskategorie geändert"),
    "course_date.created": m("hat den Kurstermin angelegt"),
    "course_date.changed": m("hat den Kurstermin geändert"),
    "course_day.created": m("hat einen Tag angelegt"),
    "term_template.created": m("hat eine Laufzeitvorlage angelegt"),
    "term_template.changed": m("hat eine Laufzeitvorlage geändert"),
    "membership_template.created": m("hat eine Mitgliedschaft angelegt"),
    "membership_template.changed": m("hat eine Mitgliedschaft geändert"),
    "product.created": m("hat das Produkt angelegt"),
    "product.changed": m("hat das Produkt geändert"),
}
