"""What contracts are searched by."""

from sqlalchemy import select

from kutego.models import (
    Contract,
    ContractKind,
    ContractPause,
    ContractState,
    CourseDate,
    Invoice,
    PaymentMethod,
)
from kutego.views.panel import (
    AmountFilter,
    ChoiceFilter,
    DateFilter,
    RelationFilter,
    TextFilter,
    YesNoFilter,
    today,
)


class RestsFilter(YesNoFilter):
    """Whether a contract rests today."""

    def condition(self, model, values):
        rests = select(ContractPause.id).where(
            ContractPause.contract_id == model.id, ContractPause.withdrawn_at.is_(None),
            ContractPause.first <= today(), ContractPause.last >= today(),
        )  # fmt: skip
        return rests.exists() if self._wanted(values) else ~rests.exists()


OWES = select(Invoice.id).where(Invoice.contract_id == Contract.id, Invoice.open_amount > 0)
CONTRACT_FILTERS = (
    ChoiceFilter("state", "Status", ContractState),
    ChoiceFilter("kind", "Art", ContractKind),
    RestsFilter("rests", "Ruht heute"),
    YesNoFilter("owes", "Offene Rechnungen", where=OWES.exists()),
    TextFilter("number", "Nummer"),
    RelationFilter("course_date_id", "Kurs", load=lambda: select(CourseDate.id, CourseDate.title)),
    DateFilter("next_invoice_on", "Nächste Rechnung"),
    DateFilter("starts_on", "Beginn"),
    DateFilter("ends_on", "Ende"),
    DateFilter("terminated_to", "Gekündigt zum"),
    AmountFilter("price", "Preis"),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
)
