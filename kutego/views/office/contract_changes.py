"""The buttons that change a running contract, and the lists of what was agreed."""

from kutego.models import ContractKind, ContractPause, ContractPrice, ContractState, Right
from kutego.operations.contract_dates import join_end, join_next_invoice
from kutego.operations.contract_moves import move_contract
from kutego.operations.contract_prices import change_contract_price, withdraw_price
from kutego.operations.pauses import pause_contract, withdraw_pause
from kutego.periods import DAY
from kutego.views.office.contract_change_forms import (
    MoveForm,
    PauseForm,
    PriceForm,
    move_preview,
    pause_preview,
    price_preview,
)
from kutego.views.panel import Button, Column, TabView

RUNNING = (ContractState.ACTIVE, ContractState.TERMINATED, ContractState.PENDING)


def _runs(contract) -> bool:
    return contract.state in RUNNING and contract.kind is not ContractKind.INSTALMENT


def _is_apart(contract) -> bool:
    """A gap or overlap at first sight; a pause that explains it the operation knows."""
    is_last = contract.terminated_to is not None and (
        contract.next_invoice_on > contract.terminated_to
    )
    return _runs(contract) and contract.next_invoice_on != contract.ends_on + DAY and not is_last


CHANGE_BUTTONS = (
    Button(pause_contract, PauseForm, label="Pausieren", icon="hourglass-split", mass=True,
           done="Die Pause ist eingetragen.", right=Right.CONTRACTS_EDIT, preview=pause_preview,
           shown=_runs),
    Button(change_contract_price, PriceForm, label="Preis ändern ab …", icon="tag", mass=True,
           done="Der neue Preis ist vorgemerkt.", right=Right.CONTRACTS_EDIT,
           preview=price_preview, shown=_runs),
    Button(move_contract, MoveForm, label="In anderen Kurs wechseln", icon="arrow-right",
           done="Der Kurs ist gewechselt.", right=Right.CONTRACTS_EDIT, mass=True,
           preview=move_preview,
           shown=lambda c: _runs(c) and c.kind is ContractKind.COURSE_TERM),
    Button(join_next_invoice, None, label="Lücke schließen: ab Ende abrechnen", icon="link-45deg",
           done="Die nächste Rechnung folgt jetzt direkt auf das Ende.", mass=True,
           help="Die nächste Rechnung beginnt am Tag nach dem Ende: Jeder Tag wird genau einmal "
           "bezahlt.", right=Right.CONTRACTS_EDIT, shown=_is_apart),
    Button(join_end, None, label="Lücke schließen: Tage schenken", icon="gift", mass=True,
           done="Der Vertrag reicht jetzt bis zur nächsten Rechnung.",
           help="Das Ende rückt bis vor die nächste Rechnung: Die Tage dazwischen sind frei.",
           right=Right.CONTRACTS_EDIT,
           shown=lambda c: _is_apart(c) and c.next_invoice_on > c.ends_on),
)  # fmt: skip


class ContractPauses(TabView):
    model = ContractPause
    slug, title, one = "pauses", "Pausen", "Pause"
    parent_key = "contract_id"
    right = Right.CONTRACTS_VIEW
    is_hidden_empty = True
    columns = (
        Column("first", "Von"),
        Column("last", "Bis"),
        Column("days", "Tage", value=lambda p: p.days, kind="number"),
        Column("keeps_place", "Platz gehalten"),
        Column("extends_term", "Mindestlaufzeit länger", shown=False),
        Column("new_ends_on", "Ende danach"),
        Column("new_next_invoice_on", "Nächste Rechnung danach"),
        Column("withdrawn_at", "Zurückgenommen"),
    )
    buttons = (
        Button(withdraw_pause, None, label="Zurücknehmen", icon="arrow-counterclockwise",
               done="Die Pause ist zurückgenommen.", right=Right.CONTRACTS_EDIT,
               shown=lambda p: p.withdrawn_at is None),
    )  # fmt: skip
    default_sort = "-first"
    empty = "Keine Pause."


class ContractPrices(TabView):
    model = ContractPrice
    slug, title, one = "prices", "Preisänderungen", "Preisänderung"
    parent_key = "contract_id"
    right = Right.CONTRACTS_VIEW
    is_hidden_empty = True
    columns = (
        Column("valid_from", "Gilt ab"),
        Column("old_price", "Alter Preis"),
        Column("price", "Neuer Preis"),
        Column("applied_on", "Zuerst berechnet am"),
        Column("withdrawn_at", "Zurückgenommen"),
    )
    buttons = (
        Button(withdraw_price, None, label="Zurücknehmen", icon="arrow-counterclockwise",
               done="Die Preisänderung ist zurückgenommen.", right=Right.CONTRACTS_EDIT,
               shown=lambda p: p.withdrawn_at is None and p.applied_on is None),
    )  # fmt: skip
    default_sort = "-valid_from"
    empty = "Keine Preisänderung."
