"""Contracts that bill themselves: shifted, terminated, ended, one or hundreds at once."""

from flask import g

from kutego.models import (
    Contract,
    Right,
)
from kutego.operations.contract_dates import explain_dates
from kutego.operations.online_notices import waiting_notice
from kutego.periods import Period
from kutego.texts import gettext as _
from kutego.views.office.closures import CLOSE_BUSINESS
from kutego.views.office.columns import CONTRACTS, CUSTOMER
from kutego.views.office.contract_changes import ContractPauses, ContractPrices
from kutego.views.office.contract_columns import (
    CONTRACT_BUTTONS,
    CONTRACT_COLUMNS,
    RUNNING,
)
from kutego.views.office.contract_creation import CREATE_CONTRACT
from kutego.views.office.contract_filters import CONTRACT_FILTERS
from kutego.views.office.contract_periods import ContractPeriods
from kutego.views.office.contract_timeline import timeline_of
from kutego.views.office.history import WithHistory, contract_history
from kutego.views.office.house_words import worded
from kutego.views.office.membership_creation import CREATE_MEMBERSHIP
from kutego.views.office.message_tabs import ContractMessages
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    Column,
    RecordView,
    TabView,
)
from kutego.views.panel.filters import Filter

MEMBERSHIP = Column(
    "membership_template", "Mitgliedschaft", quiet=True,
    value=lambda c: c.membership_template and c.membership_template.name,
    link=lambda c: c.membership_template,
)  # fmt: skip


class CustomerContracts(TabView):
    model = Contract
    slug, title, one = "contracts", "Verträge", "Vertrag"
    parent_key, group = "customer_id", CONTRACTS
    right = Right.CONTRACTS_VIEW
    columns, filters = CONTRACT_COLUMNS, CONTRACT_FILTERS
    buttons = (CREATE_CONTRACT, CREATE_MEMBERSHIP, *CONTRACT_BUTTONS)
    default_sort = "-starts_on"
    empty = "Noch kein Vertrag. Auch ein Dauerkurs auf Rechnung oder Angebot legt ihn an."


class ContractView(WithHistory, RecordView):
    model = Contract
    slug, title, one, icon = "contracts", "Verträge", "Vertrag", "arrow-repeat"
    category = "Kurse"
    right = Right.CONTRACTS_VIEW
    columns: tuple[Column, ...] = (CONTRACT_COLUMNS[0], CUSTOMER, *CONTRACT_COLUMNS[1:])
    fields = (Column("text", "Bezeichnung"), Column("billing_day", "Abrechnungstag"),
              Column("minimum_months", "Mindestlaufzeit (Monate)"),
              Column("renews", "Verlängert sich"),
              Column("trial_until", "Probe bis", quiet=True),
              Column("active_from", "Aktiv ab", quiet=True),
              MEMBERSHIP,
              Column("vat_rate", "USt.", kind="percent"),
              Column("discount_percent", "Rabatt", kind="percent"))  # fmt: skip
    filters: tuple[Filter, ...] = CONTRACT_FILTERS
    buttons: tuple[Button, ...] = (CLOSE_BUSINESS, *CONTRACT_BUTTONS)
    search, search_hint = ("number", "customer.search"), worded("Nummer, Kunde, {participant}")
    default_sort = "-number"
    cards = (
        Card("Vertrag", "text", "customer", "participant", "course_date", "membership_template",
             "kind", "state"),
        Card("Laufzeit", "starts_on", "ends_on", "next_invoice_on", "interval", "billing_day",
             "minimum_months", "notice_months", "renews", "terminated_to", "trial_until",
             "active_from"),
        Card("Preis", "price", "discount_percent", "vat_rate", "payment_method"),
    )  # fmt: skip
    tabs = (ContractPeriods, ContractPauses, ContractPrices, ContractMessages)
    empty = "Noch kein Vertrag. Ein Dauerkurs auf einer Rechnung oder einem Angebot legt ihn an."

    def badges(self, record):
        """The state, and a warning where the next invoice leaves a gap or comes too early."""
        warning = []
        if record.state in RUNNING and not record.is_adjacent and not record.is_last_period:
            late = record.next_invoice_on > record.ends_on
            warning = [Badge(_("Lücke") if late else _("Überschneidung"), "warning")]
        return [*super().badges(record), *warning]

    record_template = "office/contract.html"

    def problem(self, record):
        """What is wrong with the dates of a running contract."""
        return explain_dates(record) if record.state in RUNNING else None

    def notice(self, record):
        """What the customer declared on the website, until the office has put it in."""
        return waiting_notice(record, self.activities(record))

    def timeline(self, record):
        """The contract drawn over time."""
        return timeline_of(record)

    def activities(self, record):
        """Its own lines, and those of its invoices; read once for the page."""
        if "contract_lines" not in g:
            g.contract_lines = contract_history(record)
        return g.contract_lines

    def details(self, record, activity):
        """A line about an invoice names the period that it bills."""
        of = [p for p in record.periods if p.invoice_id == activity.subject_id]
        billed = of if activity.subject_type == "invoice" else []
        periods = [_("Zeitraum %(period)s", period=Period(p.first, p.last)) for p in billed]
        return [*periods, *super().details(record, activity)]
