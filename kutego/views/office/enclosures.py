"""Enclosures: the office's own files that go along with every confirmation of a booking."""

from kutego.models import Enclosure, Right
from kutego.operations.enclosures import add_enclosure, remove_enclosure
from kutego.texts import marked as m
from kutego.views.formats import german_count
from kutego.views.office.documents import file_url
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    Column,
    PanelForm,
    Place,
    RecordView,
    UploadField,
    YesNoFilter,
)


class EnclosureForm(PanelForm):
    file = UploadField(
        m("Datei"), render_kw={"accept": "application/pdf"},
        description=m("PDF, höchstens 5 MB, alle Beilagen zusammen höchstens 10 MB. Ihre Kunden "
                      "sehen den Namen der Datei, zum Beispiel „Hausordnung.pdf“."),
    )  # fmt: skip


def standing(enclosure: Enclosure) -> Badge:
    """Whether it goes along with mails today."""
    return Badge("Liegt bei", "success") if enclosure.is_active else Badge("Entfernt", "secondary")


class EnclosureView(WithHistory, RecordView):
    model = Enclosure
    slug, title, one, icon = "enclosures", "Beilagen", "Beilage", "paperclip"
    category = "Unternehmen"
    right = Right.SETTINGS
    columns = (
        Column("name", "Name"),
        Column("is_active", "Status", value=standing, badge=True, sort="is_active"),
        Column("size", "Größe", value=lambda e: f"{german_count(-(-e.size // 1024))} KB",
               sort="size"),
        Column("added_at", "Hinzugefügt"),
        Column("added_by", "Von"),
    )  # fmt: skip
    fields = (Column("file", "Datei", value=lambda e: e.name, link=file_url),)
    filters = (YesNoFilter("is_active", "Liegt bei"),)
    default_sort = "added_at"
    buttons = (
        Button(add_enclosure, EnclosureForm, label="Beilage hinzufügen", icon="plus-lg",
               primary=True, right=Right.SETTINGS, place=Place.LIST,
               done="Die Datei liegt ab jetzt jeder Buchungsbestätigung bei.",
               help="Sie geht mit der Bestätigung eines angenommenen Angebots hinaus und mit jeder "
                    "Rechnung, die Sie selbst schreiben und per E-Mail senden."),
        Button(remove_enclosure, None, label="Beilage entfernen", icon="x-lg", danger=True,
               mass=True, right=Right.SETTINGS, shown=lambda e: e.is_active,
               done="Die Datei liegt künftigen E-Mails nicht mehr bei.",
               help="E-Mails, die schon geschrieben sind, behalten sie."),
    )  # fmt: skip
    cards = (Card("Beilage", "file", "is_active", "size", "added_at", "added_by"),)
    empty = (
        "Noch keine Beilage. Hausordnung, Packliste oder Anfahrt gehen mit jeder "
        "Buchungsbestätigung von selbst hinaus, wenn Sie sie hier hinterlegen."
    )

    def badges(self, record):
        return [standing(record)]
