"""Enclosures: the office's own files that go along with confirmations of bookings.

Those of a location stand on its page too, see `kutego.views.office.location_documents`.
"""

from sqlalchemy import select

from kutego.db import db
from kutego.models import Enclosure, Location, Right
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
    RecordField,
    RecordView,
    RelationFilter,
    UploadField,
    YesNoFilter,
)


def active_locations():
    """Where courses take place."""
    places = select(Location).where(Location.is_active).order_by(Location.name)
    return db.session.scalars(places).all()


class LocationDocumentForm(PanelForm):
    file = UploadField(
        m("Datei"), render_kw={"accept": "application/pdf"},
        description=m("PDF, höchstens 5 MB, alle Beilagen zusammen höchstens 10 MB. Ihre Kunden "
                      "sehen den Namen der Datei, zum Beispiel „Hausordnung.pdf“."),
    )  # fmt: skip


class EnclosureForm(LocationDocumentForm):
    location = RecordField(
        m("Nur für Kurse am Standort"), active_locations, required=False,
        description=m("Ohne Standort liegt die Datei jeder Buchungsbestätigung bei."),
    )  # fmt: skip


def standing(enclosure: Enclosure) -> Badge:
    """Whether it goes along with mails today."""
    return Badge("Liegt bei", "success") if enclosure.is_active else Badge("Entfernt", "secondary")


FILE_COLUMNS = (
    Column("name", "Name"),
    Column("is_active", "Status", value=standing, badge=True, sort="is_active"),
    Column("location", "Standort", value=lambda e: e.location and e.location.name,
           load=("location",), link=lambda e: e.location, sort="location.name"),
    Column("size", "Größe", value=lambda e: f"{german_count(-(-e.size // 1024))} KB",
           sort="size"),
    Column("added_at", "Hinzugefügt"),
    Column("added_by", "Von"),
)  # fmt: skip
FILE = Column("file", "Datei", value=lambda e: e.name, link=file_url)
CARD = Card("Beilage", "file", "is_active", "location", "size", "added_at", "added_by")


def removing(right: Right) -> Button:
    """The button that takes a file out of future mails."""
    return Button(remove_enclosure, None, label="Beilage entfernen", icon="x-lg", danger=True,
                  mass=True, right=right, shown=lambda e: e.is_active,
                  done="Die Datei liegt künftigen E-Mails nicht mehr bei.",
                  help="E-Mails, die schon geschrieben sind, behalten sie.")  # fmt: skip


class EnclosureView(WithHistory, RecordView):
    model = Enclosure
    slug, title, one, icon = "enclosures", "Beilagen", "Beilage", "paperclip"
    category = "Unternehmen"
    right = Right.SETTINGS
    columns, fields, cards = FILE_COLUMNS, (FILE,), (CARD,)
    filters = (
        YesNoFilter("is_active", "Liegt bei"),
        RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    )
    default_sort = "added_at"
    buttons = (
        Button(add_enclosure, EnclosureForm, label="Beilage hinzufügen", icon="plus-lg",
               primary=True, right=Right.SETTINGS, place=Place.LIST,
               done="Die Datei liegt ab jetzt jeder Buchungsbestätigung bei.",
               help="Sie geht mit der Bestätigung eines angenommenen Angebots hinaus und mit jeder "
                    "Rechnung, die Sie selbst schreiben und per E-Mail senden."),
        removing(Right.SETTINGS),
    )  # fmt: skip
    empty = (
        "Noch keine Beilage. Hausordnung, Packliste oder Anfahrt gehen mit jeder "
        "Buchungsbestätigung von selbst hinaus, wenn Sie sie hier hinterlegen."
    )

    def badges(self, record):
        return [standing(record)]
