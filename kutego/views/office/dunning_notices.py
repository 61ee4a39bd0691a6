"""The overview of dunning notices (DUN-07): reminders are mails like any other and not in it."""

from sqlalchemy import select

from kutego.models import (
    DocumentKind,
    DunningEntry,
    DunningNotice,
    DunningStage,
    Right,
    StageKind,
)
from kutego.views.office.columns import CUSTOMER, DOCUMENTS, WITH_BOOKINGS
from kutego.views.office.document_archive import WithArchive
from kutego.views.office.dunning_tabs import ENTRY_COLUMNS
from kutego.views.office.message_tabs import SubjectMessages
from kutego.views.panel import (
    AmountFilter,
    Badge,
    Card,
    Column,
    DateFilter,
    RecordView,
    RelationFilter,
    TabView,
    TextFilter,
)


class NoticeInvoices(TabView):
    model = DunningEntry
    slug, title, one = "invoices", "Rechnungen", "Rechnung"
    parent_key = "notice_id"
    has_records = False
    right = Right.INVOICES_VIEW
    columns = tuple(column for column in ENTRY_COLUMNS if column.key not in ("notice", "fired_on"))
    default_sort = "invoice"
    empty = "Dieses Schreiben ersetzt ein früheres: Die Stufen stehen dort."


class NoticeMessages(SubjectMessages):
    """The mail and the letter that carried it."""

    slug, title, one = "messages", "Versand", "Nachricht"
    columns = (Column("channel", "Weg", badge=True), *SubjectMessages.columns)
    empty = "Weder E-Mail noch Brief."

    def of_parent(self, query, parent_id):
        return query.where(self.about(parent_id))


class NoticeView(WithArchive, RecordView):
    model = DunningNotice
    slug, title, one, icon = "dunning_notices", "Mahnungen", "Mahnung", "envelope-exclamation"
    category = "Finanzen"
    right = Right.INVOICES_VIEW
    columns = (
        Column("number", "Nr."),
        Column("issued_on", "Datum"),
        CUSTOMER,
        Column("title", "Stufe", value=lambda n: Badge(n.title, "warning"), badge=True,
               sort="title"),
        Column("about", "Rechnungen", value=lambda n: n.snapshot["reference"]),
        Column("claimed", "Gefordert"),
        Column("pay_until", "Zahlbar bis"),
        Column("actor", "Von", shown=False),
        DOCUMENTS,
    )  # fmt: skip
    fields = (Column("replaces", "Ersetzt", value=lambda n: n.replaces_id and
                     f"M-{n.replaces_id:06d}"),)  # fmt: skip
    filters = (
        RelationFilter("stage_id", "Stufe", lambda: select(DunningStage.id, DunningStage.name)
                       .where(DunningStage.kind == StageKind.NOTICE)),
        DateFilter("issued_on", "Datum"),
        AmountFilter("claimed", "Gefordert"),
        TextFilter("number", "Nummer"),
    )  # fmt: skip
    search, search_hint = ("number", "customer.search"), "Nummer, Kunde"
    default_sort = "-issued_on"
    cards = (
        Card("Mahnung", "number", "title", "customer", "issued_on", "pay_until"),
        Card("Forderung", "about", "claimed", "replaces", "actor", "documents"),
    )
    tabs = (NoticeInvoices, NoticeMessages)
    empty = "Noch keine Mahnung. Was heute ansteht, zeigt der Mahnvorschlag."

    document_kind = DocumentKind.DUNNING

    def scope(self, query):
        return query.where(DunningNotice.kind == StageKind.NOTICE)

    def badges(self, record):
        return [Badge(record.title, "warning")]


class CustomerNotices(TabView):
    model = DunningNotice
    slug, title, one = "dunning", "Mahnungen", "Mahnung"
    parent_key, group = "customer_id", WITH_BOOKINGS
    is_beside = True
    right = Right.INVOICES_VIEW
    columns, filters = NoticeView.columns, NoticeView.filters
    default_sort = "-issued_on"
    empty = "Dieser Kunde wurde noch nicht gemahnt."

    def of_parent(self, query, parent_id):
        return super().of_parent(query, parent_id).where(DunningNotice.kind == StageKind.NOTICE)
