"""Merges: what went up in what, and the button that takes it back on the same day."""

from markupsafe import Markup
from sqlalchemy import func, select

from kutego.db import db
from kutego.models import Customer, CustomerMerge, CustomerState, MergedRow, MergeState, Right
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.customers import lock_with_main_account
from kutego.operations.duplicates import compare_with
from kutego.operations.unmerging import can_undo, undo_merge
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    LookupField,
    PanelForm,
    RecordView,
    TextField,
    place_of,
    today,
)


class MergeView(RecordView):
    model = CustomerMerge
    slug, title, one, icon = "customer_merges", "Zusammenführungen", "Zusammenführung", "people"
    category = "Kunden"
    right = Right.CUSTOMERS_MERGE
    columns = (
        Column("merged_at", "Wann"),
        Column("target", "Hauptkonto", link=lambda r: r.target, load=("target",),
               sort="target.sort_name"),
        Column("source", "Aufgegangen", link=lambda r: r.source, load=("source",),
               value=lambda r: f"{r.source} ({r.source.number})", sort="source.sort_name"),
        Column("merged_by", "Von"),
        Column("state", "Status", badge=True),
        Column("comment", "Bemerkung"),
        Column("undone_at", "Rückgängig am", shown=False),
        Column("undone_by", "Rückgängig von", shown=False),
    )  # fmt: skip
    fields = (Column("moved", "Umgezogen", value=lambda r: moved(r)),)
    filters = (ChoiceFilter("state", "Status", MergeState), DateFilter("merged_at", "Wann"))
    default_sort = "-merged_at"
    cards = (
        Card("Zusammenführung", "target", "source", "merged_at", "merged_by", "comment"),
        Card("Was umgezogen ist", "moved", "undone_at", "undone_by"),
    )
    buttons = (
        Button(undo_merge, None, label="Rückgängig machen", icon="arrow-counterclockwise",
               done="Es sind wieder zwei Kunden.", danger=True, right=Right.CUSTOMERS_MERGE,
               help="Was umgezogen ist und seitdem nicht geändert wurde, geht zurück.",
               shown=lambda r: can_undo(r, today())),
    )  # fmt: skip
    empty = "Noch keine Kunden zusammengeführt."


def moved(merge: CustomerMerge) -> str:
    """How many rows of each kind changed hands."""
    titles = {holding.table: holding.title for holding in HOLDINGS}
    query = select(MergedRow.table_name, func.count()).where(MergedRow.merge_id == merge.id)
    rows = db.session.execute(query.group_by(MergedRow.table_name)).all()
    return ", ".join(f"{_(titles.get(name, name))}: {count}" for name, count in rows)


class OtherForm(PanelForm):
    other_id = LookupField(m("Mit wem?"), Customer, as_id=True)


class MainAccountForm(PanelForm):
    main_account_id = LookupField(m("Hauptkonto"), Customer, as_id=True)
    reason = TextField(m("Grund"), required=False, most=200)


# On the record of a customer.
ACCOUNT_BUTTONS = (
    Button(compare_with, OtherForm, label="Mit Dublette vergleichen", icon="copy",
           done="Bitte vergleichen und entscheiden:", right=Right.CUSTOMERS_MERGE,
           shown=lambda c: c.state is CustomerState.ACTIVE),
    Button(lock_with_main_account, MainAccountForm, label="Als Zweitkonto sperren", icon="lock",
           done="Das Konto ist gesperrt und verweist auf das Hauptkonto.",
           right=Right.CUSTOMERS_EDIT, danger=True, shown=lambda c: c.state is CustomerState.ACTIVE,
           help="Buchungen, Rechnungen und Nachrichten bleiben hier. Künftiges läuft über das "
                "Hauptkonto."),
)  # fmt: skip


def accounts(customer: Customer) -> Markup | None:
    """The pointer to the main account, or to the accounts that point here (spec DUP-07)."""
    links = [_link(_("Hauptkonto"), customer.main_account)] if customer.main_account else []
    for side in customer.side_accounts:
        links.append(_link(_("Aufgegangen") if side.merged_at else _("Zweitkonto"), side))
    return Markup(", ").join(links) if links else None


def _link(what: str, customer: Customer) -> Markup:
    url = place_of(customer)
    return Markup('{}: <a href="{}">{} ({})</a>').format(what, url, customer, customer.number)
