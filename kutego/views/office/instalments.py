"""Instalment agreements: how many parts, how many are made, how each stands (spec CON-34)."""

from markupsafe import Markup

from kutego.models import Contract, ContractKind, ContractState
from kutego.money import ZERO
from kutego.operations.instalment_parts import part_amounts
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.contract_columns import CONTRACT_BUTTONS
from kutego.views.office.contracts import ContractView
from kutego.views.panel import (
    Badge,
    ChoiceFilter,
    Column,
    DateFilter,
    TextFilter,
    today,
)

SHIFTED = ("shift-contract", "end-contract", "cancel-contract", "bill-period-again")


def _made(contract) -> list:
    return [period for period in contract.periods if period.attempt == 1]


def _whole(contract):
    return sum((line.unit_price for line in contract.instalment_lines), ZERO)


def _standing(contract) -> Markup:
    """One badge for each part: how its invoice stands, or when it comes."""
    badges = []
    invoices = [period.invoice for period in _made(contract)]
    for number, _amount in enumerate(part_amounts(contract), start=1):
        badge = Badge(_("kommt"), "secondary")
        if number <= len(invoices) and invoices[number - 1] is not None:
            badge = Badge.of(invoices[number - 1].payment_status(today()))
        badges.append(
            Markup('<span class="badge badge-{}" title="{}">{}</span>').format(
                badge.tone, badge.label, f"{number}: {badge.label}"
            )
        )
    return Markup(" ").join(badges)


LOADED = ("periods.invoice", "instalment_lines")


class InstalmentView(ContractView):
    slug, title, one = "instalments", "Ratenvereinbarungen", "Ratenvereinbarung"
    icon, category = "calendar-range", "Finanzen"
    columns = (
        Column("number", "Nr."),
        CUSTOMER,
        Column("text", "Wofür"),
        Column("starts_on", "Seit"),
        Column("instalments", "Raten"),
        Column("made", "Berechnet", value=lambda c: len(_made(c)), load=LOADED, kind="number"),
        Column("whole", "Gesamt", value=lambda c: _whole(c), load=LOADED, kind="money"),
        Column("remaining", "Noch zu berechnen", kind="money", load=LOADED,
               value=lambda c: sum(part_amounts(c)[len(_made(c)):], ZERO)),
        Column("standing", "Stand der Rechnungen", value=_standing, load=LOADED),
        Column("next_invoice_on", "Nächste Rate",
               value=lambda c: c.next_invoice_on if c.state is ContractState.ACTIVE else None),
        Column("state", "Status", badge=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", ContractState),
        TextFilter("number", "Nummer"),
        DateFilter("starts_on", "Seit"),
        DateFilter("next_invoice_on", "Nächste Rate"),
    )
    buttons = tuple(button for button in CONTRACT_BUTTONS if button.name in SHIFTED)
    is_home = False
    empty = "Noch keine Ratenvereinbarung. Eine offene Rechnung wird mit „In Raten zahlen“ geteilt."

    def scope(self, query):
        return super().scope(query).where(Contract.kind == ContractKind.INSTALMENT)
