"""Contracts that bill themselves: shifted, terminated, ended, one or hundreds at once."""

from kutego.models import (
    Contract,
    ContractPeriod,
    Right,
)
from kutego.periods import Period
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.contract_columns import (
    CONTRACT_BUTTONS,
    CONTRACT_COLUMNS,
    CONTRACT_FILTERS,
    RUNNING,
)
from kutego.views.office.contract_creation import CREATE_CONTRACT
from kutego.views.office.history import WithHistory, contract_history
from kutego.views.office.house_words import worded
from kutego.views.office.message_tabs import ContractMessages
from kutego.views.panel import (
    Badge,
    Card,
    Column,
    DateFilter,
    RecordView,
    TabView,
)


class ContractPeriods(TabView):
    model = ContractPeriod
    slug, title, one = "periods", "Zeiträume", "Zeitraum"
    parent_key = "contract_id"
    right = Right.CONTRACTS_VIEW
    columns = (
        Column("first", "Von"),
        Column("last", "Bis"),
        Column("invoice", "Rechnung", value=lambda p: p.invoice and p.invoice.number,
               load=("invoice",), link=lambda p: p.invoice, sort="invoice.number"),
        Column("total", "Betrag", value=lambda p: p.invoice and p.invoice.total,
               load=("invoice",), kind="money"),
        Column("open_amount", "Offen", value=lambda p: p.invoice and p.invoice.open_amount,
               load=("invoice",), kind="money"),
    )  # fmt: skip
    filters = (DateFilter("first", "Von"),)
    default_sort = "-first"
    empty = "Noch kein Zeitraum abgerechnet."


class CustomerContracts(TabView):
    model = Contract
    slug, title, one = "contracts", "Verträge", "Vertrag"
    parent_key = "customer_id"
    right = Right.CONTRACTS_VIEW
    columns, filters = CONTRACT_COLUMNS, CONTRACT_FILTERS
    buttons = (CREATE_CONTRACT, *CONTRACT_BUTTONS)
    default_sort = "-starts_on"
    empty = "Noch kein Vertrag. Auch ein Dauerkurs auf Rechnung oder Angebot legt ihn an."


class ContractView(WithHistory, RecordView):
    model = Contract
    slug, title, one, icon = "contracts", "Verträge", "Vertrag", "arrow-repeat"
    category = "Kurse"
    right = Right.CONTRACTS_VIEW
    columns = (CONTRACT_COLUMNS[0], CUSTOMER, *CONTRACT_COLUMNS[1:])
    fields = (Column("text", "Bezeichnung"), Column("billing_day", "Abrechnungstag"),
              Column("minimum_months", "Mindestlaufzeit (Monate)"),
              Column("vat_rate", "USt.", kind="percent"),
              Column("discount_percent", "Rabatt", kind="percent"))  # fmt: skip
    filters, buttons = CONTRACT_FILTERS, CONTRACT_BUTTONS
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-number"
    cards = (
        Card("Vertrag", "text", "customer", "participant", "course_date", "kind", "state"),
        Card("Laufzeit", "starts_on", "ends_on", "next_invoice_on", "interval_months",
             "billing_day", "minimum_months", "notice_months", "terminated_to"),
        Card("Preis", "price", "discount_percent", "vat_rate", "payment_method"),
    )  # fmt: skip
    tabs = (ContractPeriods, ContractMessages)
    empty = "Noch kein Vertrag. Ein Dauerkurs auf einer Rechnung oder einem Angebot legt ihn an."

    def badges(self, record):
        """The state, and a warning where the next invoice leaves a gap or comes too early."""
        warning = []
        if record.state in RUNNING and not record.is_adjacent and not record.is_last_period:
            late = record.next_invoice_on > record.ends_on
            warning = [Badge(_("Lücke") if late else _("Überschneidung"), "warning")]
        return [*super().badges(record), *warning]

    def activities(self, record):
        """Its own lines, and those of its invoices."""
        return contract_history(record)

    def details(self, record, activity):
        """A line about an invoice names the period that it bills."""
        of = [p for p in record.periods if p.invoice_id == activity.subject_id]
        billed = of if activity.subject_type == "invoice" else []
        periods = [_("Zeitraum %(period)s", period=Period(p.first, p.last)) for p in billed]
        return [*periods, *super().details(record, activity)]
