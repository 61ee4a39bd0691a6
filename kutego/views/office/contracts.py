"""Contracts that bill themselves: shifted, terminated, ended, one or hundreds at once."""

from sqlalchemy import select

from kutego.models import (
    Contract,
    ContractPeriod,
    ContractState,
    CourseDate,
    PaymentMethod,
    Right,
)
from kutego.operations.cancellations import cancel_contract
from kutego.operations.contracts import change_contract_dates, plan_shift, shift_contract
from kutego.operations.terminations import end_contract, resume_contract, terminate_contract
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import record_history
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    CheckField,
    ChoiceFilter,
    Column,
    DateField,
    DateFilter,
    NumberField,
    PanelForm,
    RecordView,
    RelationFilter,
    TabView,
    TextField,
    TextFilter,
    today,
)


class ShiftForm(PanelForm):
    months = NumberField(
        "Um wie viele Monate", least=-24, most=24,
        description="Ende und nächste Rechnung rücken nach hinten, der Platz bleibt. "
        "Eine negative Zahl nimmt eine Verschiebung zurück.",
    )  # fmt: skip
    reason = TextField("Grund", most=500)
    notify = CheckField("Kunden per E-Mail benachrichtigen")


class DatesForm(PanelForm):
    ends_on = DateField("Vertragsende", description="Bis wann der Platz bezahlt ist.")
    next_invoice_on = DateField("Nächste Rechnung", description="Sonst der Tag nach dem Ende.")
    billing_day = NumberField("Abrechnungstag im Monat", least=1, most=31)

    @classmethod
    def initial(cls, records):
        contract = records[0]
        return {
            "ends_on": contract.ends_on,
            "next_invoice_on": contract.next_invoice_on,
            "billing_day": contract.billing_day,
        }


class TerminateForm(PanelForm):
    received_on = DateField("Kündigung eingegangen am", default=today)
    to = DateField(
        "Kündigen zum", required=False,
        description="Leer: zum frühesten Termin nach Mindestlaufzeit und Frist.",
    )  # fmt: skip
    reason = TextField("Grund", required=False, most=500)


class EndForm(PanelForm):
    reason = TextField("Grund", most=500)
    keep_place = CheckField("Der Platz bleibt, solange er bezahlt ist", default=True)


class CancelContractForm(PanelForm):
    reason = TextField("Grund", most=500)
    send_mail = CheckField("Stornorechnungen per E-Mail senden", default=True)


def shift_preview(contract, months):
    """Where end and next invoice would move to."""
    plan = plan_shift(contract, months)
    return [
        _("Ende: %(old)s → %(new)s", old=_day(contract.ends_on), new=_day(plan.ends_on)),
        _(
            "Nächste Rechnung: %(old)s → %(new)s",
            old=_day(contract.next_invoice_on),
            new=_day(plan.next_invoice_on),
        ),
    ]


def _day(day) -> str:
    return f"{day:%d.%m.%Y}"


RUNNING = (ContractState.ACTIVE, ContractState.TERMINATED, ContractState.PENDING)

CONTRACT_COLUMNS = (
    Column("number", "Nr."),
    Column("kind", "Art", shown=False),
    Column("participant", "Teilnehmer", value=lambda c: c.participant and c.participant.name,
           load=("participant",), sort="participant.first_name"),
    Column("course_date", "Kurs", value=lambda c: c.course_date and c.course_date.title,
           load=("course_date",), link=lambda c: c.course_date, sort="course_date.title"),
    Column("starts_on", "Beginn"),
    Column("ends_on", "Ende"),
    Column("next_invoice_on", "Nächste Rechnung"),
    Column("interval_months", "Zeitraum (Monate)", shown=False),
    Column("price", "Preis", total=True),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("notice_months", "Kündigungsfrist (Monate)", shown=False),
    Column("terminated_to", "Gekündigt zum", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip
CONTRACT_FILTERS = (
    ChoiceFilter("state", "Status", ContractState),
    TextFilter("number", "Nummer"),
    RelationFilter("course_date_id", "Kurs", load=lambda: select(CourseDate.id, CourseDate.title)),
    DateFilter("next_invoice_on", "Nächste Rechnung"),
    DateFilter("starts_on", "Beginn"),
    DateFilter("ends_on", "Ende"),
    AmountFilter("price", "Preis"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
)
CONTRACT_BUTTONS = (
    Button(shift_contract, ShiftForm, label="Vertrag verschieben", icon="calendar-plus",
           done="Der Vertrag ist verschoben.", right=Right.CONTRACTS_EDIT, primary=True,
           mass=True, preview=shift_preview, shown=lambda c: c.state in RUNNING),
    Button(terminate_contract, TerminateForm, label="Kündigen", icon="calendar-x",
           done="Der Vertrag ist gekündigt.", right=Right.CONTRACTS_EDIT, mass=True,
           shown=lambda c: c.state is ContractState.ACTIVE),
    Button(resume_contract, None, label="Kündigung zurücknehmen", icon="arrow-counterclockwise",
           done="Der Vertrag läuft weiter.", right=Right.CONTRACTS_EDIT,
           shown=lambda c: c.state is ContractState.TERMINATED),
    Button(change_contract_dates, DatesForm, label="Daten ändern", icon="pencil",
           done="Die Daten sind geändert.", right=Right.CONTRACTS_EDIT,
           shown=lambda c: c.state in RUNNING),
    Button(end_contract, EndForm, label="Beenden", icon="stop-circle", danger=True,
           done="Der Vertrag ist beendet.", right=Right.CONTRACTS_EDIT, mass=True,
           help="Ab jetzt entsteht keine Rechnung mehr. Die bisherigen bleiben.",
           shown=lambda c: c.state in RUNNING),
    Button(cancel_contract, CancelContractForm, label="Stornieren", icon="x-circle", danger=True,
           done="Der Vertrag und seine Rechnungen sind storniert.", right=Right.INVOICES_CANCEL,
           help="Storniert rückwirkend alle Rechnungen des Vertrags. Meist ist „Beenden“ richtig.",
           shown=lambda c: c.can(ContractState.CANCELLED)),
)  # fmt: skip


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
    columns, filters, buttons = CONTRACT_COLUMNS, CONTRACT_FILTERS, CONTRACT_BUTTONS
    default_sort = "-starts_on"
    empty = "Noch kein Vertrag. Ein Dauerkurs auf einer Rechnung oder einem Angebot legt ihn an."


class ContractView(RecordView):
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
    search, search_hint = "number", "Vertragsnummer"
    default_sort = "-number"
    cards = (
        Card("Vertrag", "text", "customer", "participant", "course_date", "kind", "state"),
        Card("Laufzeit", "starts_on", "ends_on", "next_invoice_on", "interval_months",
             "billing_day", "minimum_months", "notice_months", "terminated_to"),
        Card("Preis", "price", "discount_percent", "vat_rate", "payment_method"),
    )  # fmt: skip
    tabs = (ContractPeriods,)
    record_template = "office/record_with_history.html"
    empty = "Noch kein Vertrag. Ein Dauerkurs auf einer Rechnung oder einem Angebot legt ihn an."

    def history(self, record):
        """What was done to the contract."""
        return record_history(record)
