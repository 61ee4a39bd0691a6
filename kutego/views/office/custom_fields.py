"""Fields of the house's own, set up under Unternehmen (spec ADM-08, ADM-09)."""

from kutego.models import CustomField, FieldKind, FieldTarget, Right
from kutego.operations.custom_fields import delete_custom_field
from kutego.texts import marked as m
from kutego.views.office.history import WithHistory
from kutego.views.panel import Button, Card, ChoiceFilter, Column, RecordView, YesNoFilter

FIXED = ("kind", "target")  # what never changes once the field is there
HINTS = {
    "target": m("Lässt sich später nicht mehr ändern."),
    "kind": m("Lässt sich später nicht mehr ändern."),
    "choices": m("Nur für eine Auswahl: jede Möglichkeit in einer eigenen Zeile."),
    "hint": m("Steht im Formular unter dem Feld."),
    "place": m("Felder mit kleiner Zahl stehen weiter oben."),
    "is_required": m("Ohne Eintrag lässt sich das Formular nicht speichern."),
    "is_internal": m("Der Kunde sieht das Feld nie."),
    "is_sensitive": m("Nur wer sensible Zusatzfelder sehen darf, sieht und ändert es, zum Beispiel "
                      "Angaben zur Gesundheit."),
    "purpose": m("Für sensible Felder nötig (Art. 9 DSGVO) und im Formular zu lesen, zum Beispiel: "
                 "damit wir im Notfall richtig helfen."),
    "in_list": m("Steht von Anfang an in der Liste; jeder kann es abwählen."),
    "is_active": m("Ein Feld, das nicht aktiv ist, wird nicht mehr gezeigt. Die Eingaben bleiben "
                   "erhalten."),
}  # fmt: skip


class CustomFieldView(WithHistory, RecordView):
    model = CustomField
    slug, title, one, icon = "custom_fields", "Zusatzfelder", "Zusatzfeld", "plus-circle"
    category = "Unternehmen"
    right, edit_right = Right.SETTINGS, Right.SETTINGS
    creates = True
    columns = (
        Column("label", "Name"),
        Column("target", "Für"),
        Column("kind", "Typ"),
        Column("place", "Reihenfolge"),
        Column("is_required", "Pflichtfeld"),
        Column("is_internal", "Nur intern"),
        Column("is_sensitive", "Sensibel"),
        Column("in_list", "In der Liste"),
        Column("is_active", "Aktiv"),
    )
    fields = (
        Column("choices", "Möglichkeiten"),
        Column("hint", "Hinweis"),
        Column("purpose", "Zweck", quiet=True),
    )
    filters = (
        ChoiceFilter("target", "Für", FieldTarget),
        ChoiceFilter("kind", "Typ", FieldKind),
        YesNoFilter("is_active", "Aktiv"),
    )
    default_sort = "place"
    cards = (
        Card("Feld", "label", "target", "kind", "choices", "hint"),
        Card("Verwendung", "place", "is_required", "is_internal", "is_sensitive", "purpose",
             "in_list", "is_active"),
    )  # fmt: skip
    form_columns = (
        "label", "target", "kind", "choices", "hint", "place", "is_required", "is_internal",
        "is_sensitive", "purpose", "in_list", "is_active",
    )  # fmt: skip
    form_args = {name: {"description": hint} for name, hint in HINTS.items()}
    buttons = (
        Button(delete_custom_field, None, label="Feld löschen", icon="trash", danger=True,
               done="Das Feld ist gelöscht.", right=Right.SETTINGS,
               help="Nur ein Feld, in dem noch nie etwas stand, kann gelöscht werden. Ein anderes "
                    "stellen Sie auf „nicht aktiv“."),
    )  # fmt: skip
    empty = (
        "Noch kein Zusatzfeld. Legen Sie an, was Sie über Ihre Kunden außerdem wissen wollen: "
        "Impfausweis geprüft, Versicherung, Größe des Hundes."
    )

    def edit_form(self, obj=None):
        """Without what never changes."""
        form = super().edit_form(obj)
        for name in FIXED:
            del form[name]
        if obj.kind is not FieldKind.CHOICE:
            del form["choices"]
        return form
