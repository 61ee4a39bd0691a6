"""What the list of customers can be narrowed by (spec CUS-04, CUS-06)."""

from sqlalchemy import and_, select

from kutego.models import (
    NOTHING_YET,
    Contract,
    ContractState,
    Customer,
    CustomerState,
    Employee,
    Origin,
    Participant,
    PaymentMethod,
    Right,
)
from kutego.texts import sort_key
from kutego.views.office.customer_dunning import STOPPED_FILTER
from kutego.views.office.customer_extras import EXTRA_FILTERS
from kutego.views.office.house_words import PARTICIPANT, worded
from kutego.views.panel import (
    AmountFilter,
    ChoiceFilter,
    DateFilter,
    TextFilter,
    YesNoFilter,
)


def has(model):
    """The condition that a customer has at least one record of `model`."""
    return select(model.id).where(model.customer_id == Customer.id).exists()


IN_FORCE = Contract.state.in_([ContractState.ACTIVE, ContractState.TERMINATED])
RUNNING = select(Contract.id).where(Contract.customer_id == Customer.id, IN_FORCE).exists()


class NameFilter(TextFilter):
    """All the words in any order, folded: „muller jorg“ finds Jörg Müller."""

    def where_column(self, column, values):
        words = values[""][0].split()
        return and_(*(column.contains(sort_key(word), autoescape=True) for word in words))


class PhoneFilter(TextFilter):
    """The digits, however the number was written, with its zero or with +49."""

    def where_column(self, column, values):
        digits = "".join(filter(str.isdigit, values[""][0])).lstrip("0")
        if not digits:
            raise ValueError(values[""][0])
        return column.contains(digits)


class ContractFilter(ChoiceFilter):
    """At least one contract of the customer has one of the states."""

    def where_column(self, column, values):
        return column.in_(
            select(Contract.customer_id).where(Contract.state.in_(self._chosen(values)))
        )


CUSTOMER_FILTERS = (
    ChoiceFilter("state", "Status", CustomerState),
    NameFilter("name", "Name", column=Customer.sort_name),
    TextFilter("number", "Nummer"),
    YesNoFilter("is_company", "Firmenkunde"),
    TextFilter("company_name", "Firma"),
    TextFilter("email", "E-Mail"),
    YesNoFilter("bounces", "E-Mail unzustellbar", where=Customer.email_problem.is_not(None)),
    PhoneFilter("phone", "Telefon", column=Customer.search),
    TextFilter("city", "Ort"),
    TextFilter("postcode", "PLZ"),
    TextFilter("participant", PARTICIPANT, column=Participant.first_name,
               via=Customer.participants),
    YesNoFilter("has_credit", "Guthaben vorhanden", where=Customer.credit > 0,
                right=Right.CREDIT_VIEW),
    AmountFilter("credit", "Guthaben", right=Right.CREDIT_VIEW),
    YesNoFilter("owes", "Offene Rechnungen", where=Customer.open_amount > 0,
                right=Right.INVOICES_VIEW),
    AmountFilter("open_amount", "Offener Betrag", right=Right.INVOICES_VIEW),
    STOPPED_FILTER,
    YesNoFilter("contract", "Laufender Vertrag", where=RUNNING, right=Right.CONTRACTS_VIEW),
    ContractFilter("contract_state", "Vertragsstatus", ContractState, column=Customer.id,
                   right=Right.CONTRACTS_VIEW),
    ChoiceFilter("payment_method", "Zahlungsmethode", PaymentMethod),
    YesNoFilter("discount", "Dauerhafter Rabatt", where=Customer.permanent_discount > 0),
    YesNoFilter("newsletter", "Newsletter"),
    YesNoFilter("staff", "Mitarbeiter", where=has(Employee)),
    YesNoFilter("lead", worded("Interessent ohne {participant} und Buchung"), where=NOTHING_YET),
    ChoiceFilter("origin", "Herkunft", Origin),
    DateFilter("birthday", "Geburtstag"),
    DateFilter("created_at", "Kunde seit"),
    *EXTRA_FILTERS,
)  # fmt: skip
