"""The documents of a location: they go along with confirmations of its bookings (spec DOC-10)."""

from kutego.models import Enclosure, Right
from kutego.operations.enclosures import add_location_document
from kutego.views.office.enclosures import (
    CARD,
    FILE,
    FILE_COLUMNS,
    LocationDocumentForm,
    removing,
    standing,
)
from kutego.views.office.history import WithHistory
from kutego.views.panel import Button, Place, TabView


class LocationDocuments(WithHistory, TabView):
    model = Enclosure
    slug, title, one, icon = "documents", "Dokumente", "Dokument", "paperclip"
    parent_key = "location_id"
    right = Right.COURSES_VIEW
    columns, fields, cards = FILE_COLUMNS, (FILE,), (CARD,)
    default_sort = "added_at"
    buttons = (
        Button(add_location_document, LocationDocumentForm, label="Dokument hinzufügen",
               icon="plus-lg", primary=True, right=Right.COURSES_EDIT, place=Place.LIST,
               done="Die Datei liegt ab jetzt den Buchungsbestätigungen dieses Standorts bei."),
        removing(Right.COURSES_EDIT),
    )  # fmt: skip
    empty = (
        "Noch kein Dokument. Anfahrt oder Platzordnung gehen mit jeder Buchungsbestätigung für "
        "diesen Standort von selbst hinaus, wenn Sie sie hier hinterlegen."
    )

    def badges(self, record):
        return [standing(record)]
