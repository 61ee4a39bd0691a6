"""Several files to send along, kept while the form is shown again: a preview loses nothing.

What was uploaded is checked and stored at once; the form carries a signed name of it.
"""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from wtforms import Field

from kutego.errors import DomainError
from kutego.operations.message_files import StoredFile, keep_file
from kutego.texts import gettext as _
from kutego.views.formats import german_count

MOST = 20  # files in one mail


class AttachmentsField(Field):
    """Any number of files. The value is the list of those that are stored."""

    data: list[StoredFile]

    def widget(self, field: Field, **attributes: object) -> Markup:
        """The input for more files, and what is kept so far with a box to leave it out."""
        attributes.setdefault("id", self.id)
        told = Markup(" ").join(Markup('{}="{}"').format(k, v) for k, v in attributes.items())
        row = Markup(
            '<div class="form-check"><input class="form-check-input" type="checkbox" checked '
            'name="{name}" value="{token}" id="{id}"><label class="form-check-label" '
            'for="{id}">{label}</label></div>'
        )
        kept = [
            row.format(
                name=self.name, token=signed(file), id=f"{self.id}-{place}",
                label=f"{file.name} ({german_count(-(-file.size // 1024))} KB)",
            )
            for place, file in enumerate(self.data)
        ]  # fmt: skip
        upload = Markup('<input type="file" multiple name="{}" ').format(self.name)
        return upload + told + Markup(">") + Markup("").join(kept)

    def process_data(self, value: object) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[object]) -> None:
        self.data, refused = [], []
        for value in valuelist[:MOST]:
            try:
                if (file := self._stored(value)) is not None:
                    self.data.append(file)
            except DomainError as refusal:
                refused.append(str(refusal))
        if len(valuelist) > MOST:
            refused.append(_("Bitte höchstens %(most)s Dateien.", most=MOST))
        if refused:
            raise ValueError(" ".join(refused))

    @staticmethod
    def _stored(value: object) -> StoredFile | None:
        if isinstance(value, str):
            return opened(value)
        name = getattr(value, "filename", "")
        return keep_file(name, value.read()) if name else None  # type: ignore[attr-defined]


def signed(file: StoredFile) -> str:
    """The file as the page carries it: nobody can name one that they have not uploaded."""
    return _serializer().dumps([file.name, file.media_type, file.sha256, file.size])


def opened(token: str) -> StoredFile | None:
    """The file of a signed name; None for what was not signed here."""
    try:
        return StoredFile(*_serializer().loads(token))
    except BadSignature:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="kutego message file")
