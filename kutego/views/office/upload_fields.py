"""Form fields for files. Each is checked while the form is read, before any transaction."""

from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField
from wtforms.widgets import FileInput

from kutego.errors import DomainError
from kutego.operations.uploads import LARGEST, Upload, checked
from kutego.texts import gettext as _
from kutego.views.panel.fields import needed


class UploadsField(MultipleFileField):
    """Any number of files. The value is the list of what was checked."""

    def __init__(self, label="", *, required=True, **kwargs):
        super().__init__(label, needed(required, ()), **kwargs)

    def process_formdata(self, valuelist):
        given = [f for f in valuelist if isinstance(f, FileStorage) and f.filename]
        self.data, refused = [], []
        for file in given:
            try:
                self.data.append(read(file))
            except DomainError as refusal:
                refused.append(str(refusal))
        if refused:
            raise ValueError(" ".join(refused))


class OneUploadField(UploadsField):
    """One file. The value is the checked file."""

    widget = FileInput()

    def process_formdata(self, valuelist):
        super().process_formdata(valuelist)
        if len(self.data) > 1:
            raise ValueError(_("Bitte nur eine Datei auswählen."))
        self.data = self.data[0] if self.data else None


def read(file: FileStorage) -> Upload:
    """The checked file; no more of it is read than is needed to refuse it."""
    return checked(file.filename or "", file.stream.read(LARGEST + 1))
