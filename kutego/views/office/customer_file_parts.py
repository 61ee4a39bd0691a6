"""Documents of customers on the screen: columns, filters, forms and buttons."""

from kutego.models import Customer, CustomerFile, Participant, Right, Visibility
from kutego.operations.customer_files import (
    LONGEST_TITLE,
    add_version,
    describe_file,
    remove_file,
)
from kutego.operations.upload_kinds import KINDS
from kutego.texts import marked as m
from kutego.views.formats import german_count
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.customer_file_pages import file_url
from kutego.views.office.customer_filters import NameFilter
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.upload_fields import OneUploadField, UploadsField
from kutego.views.panel import (
    Badge,
    Button,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    RecordField,
    TextField,
    TextFilter,
)

KINDS_TOLD = m("Höchstens 10 MB je Datei: PDF, Bilder, Text, CSV, Word, Excel, PowerPoint und "
               "OpenDocument.")  # fmt: skip
ACCEPT = {"accept": ",".join(f".{ending}" for ending in KINDS)}


class WithParticipants(PanelForm):
    """Offers the customer's participants."""

    def prepare(self):
        customer = self.record.customer if isinstance(self.record, CustomerFile) else self.record
        self.participant.records = customer.participants if customer is not None else []


class AboutForm(WithParticipants):
    title = TextField(m("Titel"), most=LONGEST_TITLE)
    visibility = ChoiceField(m("Sichtbarkeit"), Visibility)
    participant = RecordField(PARTICIPANT, required=False)

    @classmethod
    def initial(cls, records):
        names = ("title", "visibility", "participant")
        return {name: getattr(file, name) for file in records[:1] for name in names}


class UploadForm(WithParticipants):
    files = UploadsField(m("Dateien"), description=KINDS_TOLD, render_kw=ACCEPT)
    visibility = ChoiceField(m("Sichtbarkeit"), Visibility, default=Visibility.INTERNAL)
    participant = RecordField(PARTICIPANT, required=False)
    title = TextField(
        m("Titel"), required=False, most=LONGEST_TITLE, description=m("Ohne Titel: wie die Datei.")
    )


class VersionForm(PanelForm):
    upload = OneUploadField(m("Datei"), description=KINDS_TOLD, render_kw=ACCEPT)


def size_of(file) -> str:
    """`312 KB` or `1,4 MB`."""
    if file.size < 1024 * 1024:
        return f"{german_count(-(-file.size // 1024))} KB"
    return f"{file.size / 1024 / 1024:.1f} MB".replace(".", ",")


def seen_by(file: CustomerFile) -> Badge:
    """Who may see it."""
    tone = "info" if file.visibility is Visibility.CUSTOMER else "secondary"
    return Badge(file.visibility.label, tone)


FILE_COLUMNS = (
    Column("title", "Titel"),
    CUSTOMER,
    Column("name", "Datei", link=file_url),
    Column("visibility", "Sichtbarkeit", value=seen_by, badge=True, sort="visibility"),
    Column("participant", PARTICIPANT, load=("participant",), sort="participant.first_name",
           value=lambda f: f.participant.name if f.participant else None),
    Column("size", "Größe", value=size_of, sort="size"),
    Column("version", "Version"),
    Column("uploaded_at", "Hochgeladen"),
    Column("uploaded_by", "Von"),
    Column("media_type", "Art", shown=False),
)  # fmt: skip
FILE_FILTERS = (
    TextFilter("title", "Titel"),
    TextFilter("name", "Name der Datei"),
    ChoiceFilter("visibility", "Sichtbarkeit", Visibility),
    NameFilter("customer", "Kunde", column=Customer.sort_name, via=CustomerFile.customer),
    TextFilter("participant", PARTICIPANT, column=Participant.first_name,
               via=CustomerFile.participant),
    DateFilter("uploaded_at", "Hochgeladen"),
)  # fmt: skip
FILE_BUTTONS = (
    Button(add_version, VersionForm, label="Neue Version hochladen", icon="upload",
           done="Die neue Version ist hochgeladen.", right=Right.DOCUMENTS_EDIT),
    Button(describe_file, AboutForm, label="Angaben ändern", icon="pencil",
           done="Die Angaben sind geändert.", right=Right.DOCUMENTS_EDIT),
    Button(remove_file, None, label="Löschen", icon="trash", danger=True, mass=True,
           done="Das Dokument ist gelöscht.", right=Right.DOCUMENTS_EDIT,
           help="Alle Versionen werden gelöscht. Wer wann gelöscht hat, steht im Verlauf."),
)  # fmt: skip
