"""Documents of customers: in the record, and all of them to search (spec DOC)."""

from kutego.models import CustomerFile, Right
from kutego.operations.customer_files import upload_files
from kutego.operations.uploads import LARGEST
from kutego.views.office.customer_file_pages import PDF, PICTURES, file_url, version_url
from kutego.views.office.customer_file_parts import (
    FILE_BUTTONS,
    FILE_COLUMNS,
    FILE_FILTERS,
    KINDS_TOLD,
    UploadForm,
    seen_by,
    size_of,
)
from kutego.views.office.history import WithHistory
from kutego.views.panel import Button, Card, Place, RecordView, TabView
from kutego.views.security import allow_preview


class WithVersions(WithHistory):
    """The page of a document: a look at it, and every version of it."""

    record_template = "office/files/record.html"

    def record_context(self, record):
        """What the page shows beside the cards."""
        if record.media_type == PDF:
            allow_preview()
        return {
            "url": file_url(record),
            "is_picture": record.media_type in PICTURES,
            "is_pdf": record.media_type == PDF,
            "version_url": version_url,
            "size_of": size_of,
        }

    def badges(self, record):
        return [seen_by(record)]


FILE_CARDS = (
    Card("Dokument", "customer", "title", "visibility", "participant"),
    Card("Datei", "name", "media_type", "size", "version", "uploaded_at", "uploaded_by"),
)
UPLOAD = Button(
    upload_files, UploadForm, label="Dokumente hochladen", icon="upload", place=Place.LIST,
    done="Die Dokumente sind hochgeladen.", right=Right.DOCUMENTS_EDIT, primary=True,
)  # fmt: skip


class CustomerFiles(WithVersions, TabView):
    model = CustomerFile
    slug, title, one, icon = "documents", "Dokumente", "Dokument", "files"
    parent_key = "customer_id"
    right = Right.DOCUMENTS_VIEW
    columns, filters, cards = FILE_COLUMNS, FILE_FILTERS, FILE_CARDS
    buttons = (UPLOAD, *FILE_BUTTONS)
    search, search_hint = "search", "Titel oder Name der Datei"
    default_sort = "-uploaded_at"
    list_template = "office/files/tab.html"
    empty = "Noch kein Dokument. Ziehen Sie Dateien hierher, oder wählen Sie welche aus."

    def scope(self, query):
        return super().scope(query).where(CustomerFile.removed_at.is_(None))

    def counter(self, record):
        return super().counter(record).where(CustomerFile.removed_at.is_(None))

    def list_context(self, listing):
        """The form to drop files on, for whoever may upload."""
        form = UploadForm(None, records=[self.parent()]) if self.may(UPLOAD.right) else None
        upload = {"form": form, "most": LARGEST, "kinds": KINDS_TOLD}
        return {**super().list_context(listing), "upload": upload}


class CustomerFileView(WithVersions, RecordView):
    model = CustomerFile
    slug, title, one, icon = "customer_files", "Dokumente", "Dokument", "files"
    category = "Kunden"
    right = Right.DOCUMENTS_VIEW
    columns, filters, cards, buttons = FILE_COLUMNS, FILE_FILTERS, FILE_CARDS, FILE_BUTTONS
    search = ("search", "customer.search")
    search_hint = "Titel, Name der Datei, Kunde"
    default_sort = "-uploaded_at"
    empty = "Noch kein Dokument. Dokumente laden Sie in der Akte eines Kunden hoch."

    def scope(self, query):
        return super().scope(query).where(CustomerFile.removed_at.is_(None))
