"""What can be done with an import, step by step."""

from kutego.models import CustomerImport, ImportKind, ImportState, Right
from kutego.operations.imports import (
    check_import,
    map_columns,
    run_import,
    stop_import,
    undo_import,
    upload_import,
)
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.import_mapping import MappingForm
from kutego.views.panel import Button, ChoiceField, PanelForm, Place, UploadField

S = ImportState
R = Right.CUSTOMERS_IMPORT
MAPPABLE = (S.UPLOADED, S.MAPPED, S.CHECKED)


class UploadForm(PanelForm):
    kind = ChoiceField(m("Was steht in der Datei?"), ImportKind)
    file = UploadField(
        m("Datei"), render_kw={"accept": ".csv,.xlsx,.txt"},
        description=m("CSV oder Excel (XLSX), höchstens 10 MB und 100.000 Zeilen. In der ersten "
                      "Zeile stehen die Überschriften."),
    )  # fmt: skip


def run_preview(made: CustomerImport) -> list[str]:
    """What the trial has found."""
    return [
        _("%(kind)s: %(count)s Zeilen werden übernommen", kind=made.kind.label, count=made.done),
        _("%(count)s Zeilen werden abgelehnt, jede mit Grund", count=made.refused),
    ]


IMPORT_BUTTONS = (
    Button(upload_import, UploadForm, label="Datei hochladen", icon="upload", primary=True,
           done="Die Datei ist da. Bitte ordnen Sie ihre Spalten zu.", place=Place.LIST, right=R),
    Button(map_columns, MappingForm, label="Spalten zuordnen", icon="layout-three-columns",
           done="Die Spalten sind zugeordnet. Als Nächstes: prüfen.", right=R,
           template="office/imports/mapping.html", shown=lambda i: i.state in MAPPABLE),
    Button(check_import, None, label="Prüfen", icon="check2", primary=True, right=R,
           done="Die Datei wird geprüft. Übernommen wird dabei nichts.",
           help="Alle Schritte des Imports werden ausprobiert und wieder verworfen. Danach wissen "
                "Sie, welche Zeilen nicht gehen, und warum.",
           shown=lambda i: i.can(S.CHECKING)),
    Button(run_import, None, label="Importieren", icon="play-fill", primary=True, right=R,
           done="Der Import läuft.", preview=run_preview,
           shown=lambda i: i.can(S.RUNNING) and i.total > i.refused),
    Button(stop_import, None, label="Anhalten", icon="stop-circle", right=R,
           done="Angehalten. Was übernommen ist, bleibt.",
           shown=lambda i: i.state in (S.RUNNING, S.CHECKING)),
    Button(undo_import, None, label="Import rückgängig machen", icon="arrow-counterclockwise",
           done="Der Import wird zurückgenommen.", right=R, danger=True,
           help="Was der Import angelegt hat, wird wieder entfernt. Was seitdem benutzt oder "
                "geändert wurde, bleibt und wird genannt.",
           shown=lambda i: i.can(S.UNDOING)),
)  # fmt: skip
