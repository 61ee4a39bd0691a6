"""Notes, tasks and the documents of the record."""

from kutego.texts import marked as m

SENTENCES = {
    "note.created": m("hat eine Notiz geschrieben"),
    "note.planned": m("hat eine Notiz mit Wiedervorlage am %(follow_up_on)s geschrieben"),
    "note.changed": m("hat eine Notiz geändert"),
    "note.moved": m("hat eine Wiedervorlage auf den %(follow_up_on)s verschoben"),
    "note.reassigned": m("hat eine Wiedervorlage jemand anderem gegeben"),
    "note.done": m("hat die Wiedervorlage vom %(follow_up_on)s erledigt"),
    "task.created": m("hat eine Aufgabe angelegt, fällig am %(due_on)s"),
    "task.raised": m("hat die Wiedervorlage vom %(due_on)s zur Aufgabe gemacht"),
    "task.moved": m("hat eine Aufgabe auf den %(due_on)s verschoben"),
    "task.reassigned": m("hat eine Aufgabe jemand anderem gegeben"),
    "task.done": m("hat die Aufgabe vom %(due_on)s erledigt"),
    "task.reopened": m("hat die Aufgabe vom %(due_on)s wieder geöffnet"),
    "customer_file.uploaded": m("hat ein Dokument hochgeladen"),
    "customer_file.replaced": m("hat ein Dokument als Version %(version)s neu hochgeladen"),
    "customer_file.changed": m("hat die Angaben zu einem Dokument geändert"),
    "customer_file.removed": m("hat ein Dokument gelöscht"),
}
