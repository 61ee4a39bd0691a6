"""What has fired for an invoice, stage by stage."""

from kutego.models import DunningEntry, Right, StageKind
from kutego.texts import gettext as _
from kutego.views.panel import Column, TabView


def names_of(channels: str) -> str:
    """The ways a letter took, in words."""
    words = {"email": _("E-Mail"), "letter": _("Brief")}
    return ", ".join(words.get(each, each) for each in channels.split(",") if each) or "–"


ENTRY_COLUMNS = (
    Column("fired_on", "Am"),
    Column("stage", "Stufe", value=lambda e: e.stage.name, load=("stage",), sort="stage.name"),
    Column("kind", "Art", badge=True),
    Column("invoice", "Rechnung", value=lambda e: e.invoice.number, load=("invoice",),
           link=lambda e: e.invoice, sort="invoice.number"),
    Column("notice", "Schreiben", value=lambda e: e.notice.number, load=("notice",),
           link=lambda e: e.notice if e.kind is StageKind.NOTICE else None, sort="notice.number"),
    Column("due_on", "Fällig war"),
    Column("open_amount", "Offen war", total=True),
    Column("fee", "Gebühr", total=True),
    Column("channel", "Weg", value=lambda e: names_of(e.channel)),
)  # fmt: skip


class InvoiceDunning(TabView):
    """Every stage that has fired for an invoice, reminders too."""

    model = DunningEntry
    slug, title, one = "dunning", "Mahnungen", "Mahnung"
    parent_key = "invoice_id"
    has_records = False
    right = Right.INVOICES_VIEW
    columns = tuple(column for column in ENTRY_COLUMNS if column.key != "invoice")
    default_sort = "-fired_on"
    empty = "An diese Rechnung wurde noch nicht erinnert."
