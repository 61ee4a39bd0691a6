"""Duplicates: what the search proposes, two records side by side, and the merge with its undo."""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from kutego.models import Customer, DuplicatePair, PairState, Right
from kutego.operations.duplicates import (
    ask_for_search,
    compare_customers,
    dismiss_pair,
    last_search,
    reopen_pair,
)
from kutego.operations.merging import Side, merge_pair, merge_plan
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.duplicate_sides import SidesField
from kutego.views.panel import (
    Button,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    LookupField,
    PanelForm,
    Place,
    RecordView,
    TextField,
)
from kutego.views.panel.state import ListState


class CompareForm(PanelForm):
    customer_id = LookupField(m("Ein Kunde"), Customer, as_id=True)
    other_id = LookupField(m("Der andere"), Customer, as_id=True)


class MergeForm(PanelForm):
    main = ChoiceField(m("Hauptkonto"), Side)
    chosen = SidesField()
    comment = TextField(m("Bemerkung"), required=False, most=500)

    @classmethod
    def initial(cls, records: Any) -> dict[str, Any]:
        return {"main": Side.FIRST}


def merge_preview(pair: DuplicatePair, *, main: Side) -> list[Any]:
    """What would move to the main account."""
    target, source = (pair.first, pair.second)[:: 1 if main is Side.FIRST else -1]
    return [
        _("Hauptkonto bleibt: %(name)s (%(number)s)", name=target.name, number=target.number),
        *merge_plan(source, target),
    ]


class DuplicateView(RecordView):
    model = DuplicatePair
    slug, title, one, icon = "duplicates", "Dubletten", "Paar", "copy"
    category = "Kunden"
    right = Right.CUSTOMERS_MERGE
    columns = (
        Column("score", "Treffer", value=lambda p: f"{p.score} %", sort="score"),
        Column("first", "Kunde", link=lambda p: p.first, load=("first",), sort="first.sort_name"),
        Column("number", "Nr.", value=lambda p: p.first.number, load=("first",)),
        Column("second", "Vielleicht derselbe", link=lambda p: p.second, load=("second",),
               sort="second.sort_name"),
        Column("other_number", "Nr. des anderen", value=lambda p: p.second.number,
               load=("second",)),
        Column("reasons", "Gemeinsam", sort="", value=lambda p: [r.label for r in p.likenesses]),
        Column("state", "Status", badge=True),
        Column("found_at", "Gefunden", shown=False),
        Column("decided_by", "Entschieden von", shown=False),
    )  # fmt: skip
    filters = (ChoiceFilter("state", "Status", PairState), DateFilter("found_at", "Gefunden"))
    default_sort = "-score"
    list_template = "office/duplicates/list.html"
    record_template = "office/duplicates/record.html"
    empty = "Keine Kunden, die doppelt aussehen. Jede Nacht wird neu gesucht."
    buttons = (
        Button(merge_pair, MergeForm, label="Zusammenführen", icon="people", primary=True,
               done="Aus zwei Kunden ist einer geworden. Rückgängig geht heute noch:",
               right=Right.CUSTOMERS_MERGE, preview=merge_preview, danger=True,
               template="office/duplicates/merge.html",
               shown=lambda p: p.state is PairState.OPEN),
        Button(dismiss_pair, None, label="Sind verschiedene", icon="x-lg", mass=True,
               done="Dieses Paar wird nicht mehr vorgeschlagen.", right=Right.CUSTOMERS_MERGE,
               shown=lambda p: p.state is PairState.OPEN),
        Button(reopen_pair, None, label="Doch noch prüfen", icon="arrow-counterclockwise",
               done="Das Paar steht wieder zur Prüfung.", right=Right.CUSTOMERS_MERGE,
               shown=lambda p: p.state is PairState.DISMISSED),
        Button(ask_for_search, None, label="Jetzt suchen", icon="search", place=Place.LIST,
               done="Die Suche läuft. In einer Minute steht hier, was sie gefunden hat.",
               right=Right.CUSTOMERS_MERGE, primary=True),
        Button(compare_customers, CompareForm, label="Zwei Kunden vergleichen", icon="copy",
               done="Hier stehen beide nebeneinander.", place=Place.LIST,
               right=Right.CUSTOMERS_MERGE),
    )  # fmt: skip

    def state(self) -> Any:
        """What is still to be decided, unless the address asks for something else."""
        args = request.args or MultiDict({"f.state": PairState.OPEN.value})
        return ListState.read(args, self.filter_map())

    def list_context(self, listing: Any) -> dict[str, Any]:
        return {"search": last_search()}

    def record_context(self, record: Any) -> dict[str, Any]:
        form = MergeForm(formdata=None, data=MergeForm.initial([record]))
        return {"lines": form.chosen.lines(record, Side.FIRST, self.sees)}

    def sees(self, name: str) -> bool:
        """Whether a field of the customers may be shown."""
        bank = name in ("iban", "bic", "account_holder")
        return not bank or self.may(Right.BANK_DATA)
