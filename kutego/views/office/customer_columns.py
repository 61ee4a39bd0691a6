"""What the list of customers shows and filters by."""

from sqlalchemy import select

from kutego.models import (
    Contract,
    ContractState,
    Customer,
    CustomerState,
    Employee,
    Origin,
    Right,
)
from kutego.views.panel import (
    AmountFilter,
    ChoiceFilter,
    Column,
    DateFilter,
    TextFilter,
    YesNoFilter,
)

RUNNING = select(Contract.id).where(
    Contract.customer_id == Customer.id,
    Contract.state.in_([ContractState.ACTIVE, ContractState.TERMINATED]),
)


CUSTOMER_COLUMNS = (
    Column("name", "Name", sort="sort_name"),
    Column("number", "Nr."),
    Column("email", "E-Mail"),
    Column("phone", "Telefon"),
    Column("mobile", "Mobil", shown=False),
    Column("street", "Straße", shown=False),
    Column("postcode", "PLZ", shown=False),
    Column("city", "Ort"),
    Column("country", "Land", shown=False),
    Column("credit", "Guthaben", total=True),
    Column("open_amount", "Offen", total=True),
    Column("permanent_discount", "Rabatt", kind="percent", shown=False),
    Column("newsletter", "Newsletter", shown=False),
    Column("origin", "Herkunft", shown=False),
    Column("created_at", "Kunde seit", shown=False),
    Column("state", "Status", badge=True),
)


CUSTOMER_FIELDS = (
    Column("salutation", "Anrede"),
    Column("title", "Titel"),
    Column("first_name", "Vorname"),
    Column("last_name", "Nachname"),
    Column("is_company", "Firmenkunde"),
    Column("company_name", "Firma"),
    Column("vat_id", "USt-IdNr."),
    Column("address_extra", "Adresszusatz"),
    Column("birthday", "Geburtstag"),
    Column("payment_method", "Zahlungsmethode"),
    Column("iban", "IBAN"),
    Column("bic", "BIC"),
    Column("account_holder", "Kontoinhaber"),
    Column("remark", "Interne Bemerkung"),
    Column("lock_reason", "Grund der Sperre"),
    Column("employee", "Mitarbeiter", value=lambda c: c.employee and c.employee.role.label),
)


CUSTOMER_FILTERS = (
    ChoiceFilter("state", "Status", CustomerState),
    TextFilter("number", "Nummer"),
    TextFilter("company_name", "Firma"),
    TextFilter("email", "E-Mail"),
    TextFilter("city", "Ort"),
    TextFilter("postcode", "PLZ"),
    YesNoFilter("has_credit", "Guthaben vorhanden", where=Customer.credit > 0,
                right=Right.CREDIT_VIEW),
    AmountFilter("credit", "Guthaben", right=Right.CREDIT_VIEW),
    YesNoFilter("owes", "Offene Rechnungen", where=Customer.open_amount > 0,
                right=Right.INVOICES_VIEW),
    AmountFilter("open_amount", "Offener Betrag", right=Right.INVOICES_VIEW),
    YesNoFilter("contract", "Laufender Vertrag", where=RUNNING.exists()),
    YesNoFilter("discount", "Dauerhafter Rabatt", where=Customer.permanent_discount > 0),
    YesNoFilter("newsletter", "Newsletter"),
    YesNoFilter("staff", "Mitarbeiter",
                where=select(Employee.id).where(Employee.customer_id == Customer.id).exists()),
    ChoiceFilter("origin", "Herkunft", Origin),
    DateFilter("created_at", "Kunde seit"),
)  # fmt: skip
