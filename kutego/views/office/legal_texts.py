"""Legal texts and their versions: all stay readable, a new one is added with its date."""

from flask import request

from kutego.models import LegalKind, LegalText, Right, current_legal_text
from kutego.operations.legal_texts import LONGEST, add_legal_text
from kutego.texts import marked as m
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateField,
    LongTextField,
    PanelForm,
    Place,
    RecordView,
    today,
)


class VersionForm(PanelForm):
    """A new version begins with the text of the last one, where the page is opened for a kind."""

    kind = ChoiceField(m("Text"), LegalKind)
    valid_from = DateField(m("Gilt ab"), default=today)
    text = LongTextField(
        m("Wortlaut"), required=True, most=LONGEST, rows=24,
        description=m("Kutego liefert keine Rechtstexte. Lassen Sie Ihre Texte prüfen."),
    )  # fmt: skip

    @classmethod
    def initial(cls, records):
        asked = request.args.get("kind", "")
        kind = next((kind for kind in LegalKind if kind.value == asked), LegalKind.TERMS)
        version = current_legal_text(kind, today())
        return {"kind": kind, "text": version.text if version else None}


def standing(version: LegalText) -> Badge:
    """Whether a version holds today, will hold, or has held."""
    if version.valid_from > today():
        return Badge("Künftig", "info")
    current = current_legal_text(version.kind, today())
    return Badge("Gültig", "success") if current is version else Badge("Abgelöst", "secondary")


class LegalTextView(RecordView):
    model = LegalText
    slug = "legal_texts"
    title, one = "Rechtstexte", "Rechtstext"
    icon = "file-ruled"
    category = "Unternehmen"
    right = Right.SETTINGS
    columns = (
        Column("kind", "Text"),
        Column("number", "Version"),
        Column("valid_from", "Gilt ab"),
        Column("at", "Hinterlegt"),
        Column("by", "Von"),
    )
    default_sort = "-at"
    filters = (ChoiceFilter("kind", "Text", LegalKind),)
    empty = (
        "Noch ist kein Rechtstext hinterlegt. Angebote lassen sich erst annehmen, wenn AGB, "
        "Datenschutzhinweise und Widerrufsbelehrung da sind."
    )
    buttons = (
        Button(add_legal_text, VersionForm, label="Neue Fassung hinterlegen", primary=True,
               icon="plus-lg", right=Right.SETTINGS, place=Place.LIST,
               done="Die Fassung ist hinterlegt."),
    )  # fmt: skip
    cards = (Card("Fassung", "kind", "number", "valid_from", "at", "by"),)
    record_template = "office/settings/legal_text.html"

    def badges(self, record):
        return [standing(record)]
