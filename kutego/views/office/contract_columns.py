"""What every list of contracts shows, filters by and offers."""

from kutego.models import (
    ContractKind,
    ContractState,
    Right,
)
from kutego.operations.billing import bill_period_again
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.contract_dates import change_contract_dates
from kutego.operations.contracts import shift_contract
from kutego.operations.terminations import end_contract, resume_contract, terminate_contract
from kutego.views.office.contract_changes import CHANGE_BUTTONS, RUNNING
from kutego.views.office.contract_ends import (
    cancel_contract_preview,
    end_preview,
    terminate_preview,
)
from kutego.views.office.contract_forms import (
    BillAgainForm,
    CancelContractForm,
    DatesForm,
    EndForm,
    ShiftForm,
    TerminateForm,
    shift_preview,
)
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.template_columns import INTERVAL
from kutego.views.panel import (
    Button,
    Column,
)

CONTRACT_COLUMNS = (
    Column("number", "Nr."),
    Column("kind", "Art", badge=True, shown=False),
    Column("participant", PARTICIPANT, value=lambda c: c.participant and c.participant.name,
           load=("participant",), sort="participant.first_name"),
    Column("course_date", "Wofür", load=("course_date",), sort="text",
           value=lambda c: c.course_date.title if c.course_date else c.text,
           link=lambda c: c.course_date),
    Column("starts_on", "Beginn", shown=False),
    Column("ends_on", "Ende"),
    Column("next_invoice_on", "Nächste Rechnung"),
    INTERVAL,
    Column("price", "Preis", total=True),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("notice_months", "Kündigungsfrist (Monate)", shown=False),
    Column("terminated_to", "Gekündigt zum", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip


CONTRACT_BUTTONS = (
    Button(shift_contract, ShiftForm, label="Vertrag verschieben", icon="calendar-plus",
           done="Der Vertrag ist verschoben.", right=Right.CONTRACTS_EDIT, primary=True,
           mass=True, preview=shift_preview, shown=lambda c: c.state in RUNNING),
    *CHANGE_BUTTONS,
    Button(terminate_contract, TerminateForm, label="Kündigen", icon="calendar-x",
           done="Der Vertrag ist gekündigt.", right=Right.CONTRACTS_EDIT, mass=True,
           preview=terminate_preview, shown=lambda c: c.state is ContractState.ACTIVE
           and c.kind is not ContractKind.INSTALMENT),
    Button(resume_contract, None, label="Kündigung zurücknehmen", icon="arrow-counterclockwise",
           done="Der Vertrag läuft weiter.", right=Right.CONTRACTS_EDIT,
           shown=lambda c: c.state is ContractState.TERMINATED),
    Button(change_contract_dates, DatesForm, label="Daten ändern", icon="pencil",
           done="Die Daten sind geändert.", right=Right.CONTRACTS_EDIT,
           shown=lambda c: c.state in RUNNING),
    Button(bill_period_again, BillAgainForm, label="Zeitraum neu abrechnen", icon="receipt",
           done="Der Zeitraum ist neu abgerechnet.", right=Right.INVOICES_EDIT,
           shown=lambda c: c.state is not ContractState.CANCELLED),
    Button(end_contract, EndForm, label="Beenden", icon="stop-circle", danger=True,
           done="Der Vertrag ist beendet.", right=Right.CONTRACTS_EDIT, mass=True,
           help="Ab jetzt entsteht keine Rechnung mehr. Die bisherigen bleiben.",
           preview=end_preview,
           shown=lambda c: c.state in RUNNING),
    Button(cancel_contract, CancelContractForm, label="Stornieren", icon="x-circle", danger=True,
           done="Der Vertrag und seine Rechnungen sind storniert.", right=Right.INVOICES_CANCEL,
           help="Storniert rückwirkend alle Rechnungen des Vertrags. Meist ist „Beenden“ richtig.",
           preview=cancel_contract_preview,
           shown=lambda c: c.can(ContractState.CANCELLED)),
)  # fmt: skip
