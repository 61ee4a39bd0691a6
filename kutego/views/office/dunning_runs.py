"""Dunning runs and their stages, and the base rate: master data of the owner's."""

from kutego.models import Automation, DunningRun, DunningStage, Right
from kutego.operations.dunning_runs import make_standard
from kutego.operations.dunning_words import KNOWN
from kutego.operations.message_templates import CUSTOMER
from kutego.rendering.placeholders import listed
from kutego.texts import gettext as _
from kutego.views.office.history import WithHistory
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    ChoiceFilter,
    Column,
    RecordView,
    TabView,
    YesNoFilter,
)

PLACEHOLDERS = [*KNOWN, *CUSTOMER]


class RunStages(TabView):
    model = DunningStage
    slug, title, one = "stages", "Stufen", "Stufe"
    parent_key = "run_id"
    right, edit_right = Right.DUNNING, Right.SETTINGS
    columns = (
        Column("name", "Name"),
        Column("kind", "Art", badge=True),
        Column("days", "Tage nach Fälligkeit"),
        Column("fee", "Mahngebühr"),
        Column("new_due_days", "Neue Frist (Tage)"),
        Column("by_post", "Per Post"),
        Column("suspends", "Kursplatz ruht"),
        Column("subject", "Betreff", shown=False),
        Column("is_active", "Aktiv"),
    )
    fields = (Column("text", "Text"),)
    cards = (
        Card("Stufe", "name", "kind", "days", "new_due_days", "fee", "by_post", "suspends",
             "is_active"),
        Card("Schreiben", "subject", "text"),
    )  # fmt: skip
    default_sort = "days"
    form_columns = (
        "name", "kind", "days", "new_due_days", "fee", "by_post", "suspends", "subject", "text",
        "is_active",
    )  # fmt: skip
    form_args = {
        "days": {"description": _("Vor der Fälligkeit mit Minus, zum Beispiel -3.")},
        "new_due_days": {"description": _("So viele Tage Zeit gibt das Schreiben zum Zahlen.")},
        "fee": {
            "description": _("Nur für Mahnungen, und nie für das Schreiben, mit dem der Verzug "
                             "beginnt. Steuerfreier Schadensersatz: wenige Euro sind angemessen."),
        },
        "by_post": {"description": _("Zusätzlich als Brief; das kostet Porto.")},
        "suspends": {
            "description": _("Die Kursplätze der Rechnung ruhen, bis sie bezahlt ist."),
        },
        "text": {"description": _("Ohne Anrede und Gruß. Platzhalter: ") + listed(PLACEHOLDERS)},
    }  # fmt: skip
    empty = "Noch keine Stufe. Legen Sie an, wann erinnert und wann gemahnt wird."


class RunsView(WithHistory, RecordView):
    model = DunningRun
    slug, title, one, icon = "dunning_runs", "Mahnläufe", "Mahnlauf", "sort-down"
    category = "Finanzen"
    right, edit_right = Right.DUNNING, Right.SETTINGS
    columns = (
        Column("name", "Name"),
        Column("is_standard", "Standard", badge=True, sort="is_standard",
               value=lambda r: Badge("Standard") if r.is_standard else None),
        Column("automation", "Von selbst"),
        Column("stages", "Stufen", load=("stages",),
               value=lambda r: ", ".join(s.name for s in r.stages if s.is_active)),
        Column("minimum_amount", "Mindestbetrag"),
        Column("is_active", "Aktiv"),
    )  # fmt: skip
    fields = (
        Column("combines", "Alle Rechnungen eines Kunden in einem Schreiben"),
        Column("claims_interest", "Verzugszinsen bei Unternehmen"),
        Column("claims_lump_sum", "40 € Pauschale bei Unternehmen"),
    )
    filters = (
        ChoiceFilter("automation", "Von selbst", Automation), YesNoFilter("is_active", "Aktiv"),
    )  # fmt: skip
    default_sort = "name"
    cards = (
        Card("Mahnlauf", "name", "is_standard", "automation", "minimum_amount", "is_active"),
        Card("Schreiben", "combines", "claims_interest", "claims_lump_sum"),
    )
    form_columns = (
        "name", "automation", "minimum_amount", "combines", "claims_interest", "claims_lump_sum",
        "is_active",
    )  # fmt: skip
    form_args = {
        "automation": {
            "description": _("Das geht ohne Ihre Freigabe hinaus. Alles andere steht im "
                             "Mahnvorschlag."),
        },
        "claims_lump_sum": {
            "description": _("Nach § 288 Abs. 5 BGB; sie tritt an die Stelle der Mahngebühr."),
        },
    }  # fmt: skip
    buttons = (
        Button(make_standard, None, label="Zum Standard machen", icon="star",
               done="Der Mahnlauf gilt jetzt für alle Rechnungen ohne eigenen.",
               right=Right.SETTINGS, shown=lambda run: not run.is_standard and run.is_active),
    )  # fmt: skip
    tabs = (RunStages,)
    empty = "Den Standardlauf legt der Auftrag „Erinnern und mahnen“ beim ersten Mal von selbst an."
