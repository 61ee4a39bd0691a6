"""What lists and pages of invoices show of the dunning, and filter by (spec DUN-12)."""

from sqlalchemy import or_, select

from kutego.models import DunningCase, DunningStage, Invoice
from kutego.operations.dunning_plan import is_due, verdicts
from kutego.operations.dunning_rules import LeftOut
from kutego.views.office.dunning_found import next_of, reason_of, standing
from kutego.views.office.dunning_tabs import names_of
from kutego.views.panel import ChoiceFilter, Column, DateFilter, RelationFilter, YesNoFilter, today


class LeftOutFilter(ChoiceFilter):
    """Open invoices that are not dunned today, for one of the chosen reasons."""

    def condition(self, model, values):
        found = verdicts(today())
        reasons = [reason.value for reason in self._chosen(values)]
        return Invoice.id.in_(select(found.c.invoice_id).where(found.c.left_out.in_(reasons)))


class DunnedFilter(YesNoFilter):
    """Whether the proposal of today has it."""

    def condition(self, model, values):
        found = verdicts(today())
        due = Invoice.id.in_(select(found.c.invoice_id).where(is_due(found)))
        return due if self._wanted(values) else ~due


def case_is(*conditions):
    """The condition in SQL that the state of an invoice's dunning meets one of these."""
    return Invoice.id.in_(select(DunningCase.invoice_id).where(or_(*conditions)))


DUNNING_COLUMNS = (
    Column("dunning", "Mahnstand", value=standing, badge=True, load=("dunning.stage",),
           sort="dunning.reached"),
    Column("dunned_on", "Gemahnt am", kind="date", load=("dunning",), sort="dunning.fired_on",
           value=lambda i: i.dunning and i.dunning.fired_on, shown=False),
    Column("next_dunning", "Nächste Stufe", value=next_of, load=("dunning",), shown=False),
    Column("left_out", "Nicht gemahnt, weil", value=reason_of, shown=False),
)  # fmt: skip

DUNNING_FIELDS = (
    Column("dunning_ways", "Zuletzt gesendet per",
           value=lambda i: ", ".join(names_of(e.channel) for e in i.dunning_entries[:1]) or None),
    Column("dunning_fees", "Mahngebühren", kind="money",
           value=lambda i: sum(e.fee for e in i.dunning_entries) or None),
    Column("stop_reason", "Gestoppt, weil",
           value=lambda i: (i.dunning and i.dunning.stop_reason) or i.customer.dunning_stop_reason),
)  # fmt: skip

DUNNING_CARD = (
    "dunning", "dunned_on", "dunning_ways", "dunning_fees", "next_dunning", "left_out",
    "stop_reason",
)  # fmt: skip

DUNNING_FILTERS = (
    RelationFilter("dunning_stage", "Mahnstufe", lambda: select(DunningStage.id, DunningStage.name),
                   column=DunningCase.stage_id, via=Invoice.dunning),
    DateFilter("dunned_on", "Gemahnt am", column=DunningCase.fired_on, via=Invoice.dunning),
    YesNoFilter("dunning_stopped", "Mahnen gestoppt",
                where=case_is(DunningCase.stopped_at.is_not(None))),
    YesNoFilter("in_collection", "Im Inkasso", where=case_is(DunningCase.in_collection.is_(True))),
    DunnedFilter("dunned", "Im Mahnvorschlag"),
    LeftOutFilter("left_out", "Nicht gemahnt, weil", LeftOut),
)  # fmt: skip
