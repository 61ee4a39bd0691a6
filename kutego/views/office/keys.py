"""What goes by key, told on one page; the keys themselves live in the scripts."""

from kutego.texts import marked as m

KEYS = (
    (m("Überall"), (
        (("Strg K", "/"), m("Suchen: Kunden, Nummern und Seiten")),
        (("Esc",), m("Menü, Dialog oder Suche schließen")),
        (("?",), m("Diese Übersicht")),
    )),
    (m("In Listen"), (
        (("J", "↓"), m("Nächste Zeile")),
        (("K", "↑"), m("Vorige Zeile")),
        (("Enter",), m("Zeile öffnen")),
        (("X",), m("Zeile auswählen")),
        (("/",), m("In der Liste suchen")),
    )),
    (m("Im Kalender"), (
        (("←", "→"), m("Früher und später")),
        (("T",), m("Heute")),
    )),
    (m("In der Anwesenheit"), (
        (("← ↑ → ↓",), m("Von Feld zu Feld")),
        (("Strg Z",), m("Letzten Eintrag zurücknehmen")),
    )),
    (m("In Rechnungen und Angeboten"), (
        (("Alt ↑", "Alt ↓"), m("Position verschieben")),
    )),
)  # fmt: skip
