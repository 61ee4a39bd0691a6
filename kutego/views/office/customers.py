"""Customers: the list, and the record with everything in it."""

from sqlalchemy import select

from kutego.models import (
    Contract,
    ContractState,
    Customer,
    CustomerState,
    Employee,
    Origin,
    Participant,
    ParticipantState,
    Right,
)
from kutego.money import euro
from kutego.operations.customers import archive_participant, lock_customer, unlock_customer
from kutego.texts import gettext as _
from kutego.views.office.contracts import CustomerContracts
from kutego.views.office.credit import CREDIT_BUTTONS, CustomerCredit
from kutego.views.office.history import customer_history
from kutego.views.office.invoices import CustomerInvoices
from kutego.views.office.messages import CustomerMessages
from kutego.views.office.offers import CustomerOffers
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    KeyFigure,
    PanelForm,
    RecordView,
    TabView,
    TextField,
    TextFilter,
    YesNoFilter,
)


class ReasonForm(PanelForm):
    reason = TextField("Grund", most=200)


def lock_preview(customer):
    """What a lock does not stop by itself (spec CUS-37)."""
    lines = [_("Keine Buchung, keine Anmeldung und keine System-E-Mail mehr. Alle Daten bleiben.")]
    if customer.open_amount > 0:
        lines.append((_("Noch offene Rechnungen"), customer.open_amount))
    return lines


class CustomerParticipants(TabView):
    model = Participant
    slug, title, one = "participants", "Teilnehmer", "Teilnehmer"
    parent_key = "customer_id"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    columns = (
        Column("first_name", "Vorname"),
        Column("last_name", "Nachname"),
        Column("breed", "Rasse"),
        Column("birthday", "Geburtstag"),
        Column("gender", "Geschlecht", shown=False),
        Column("relation", "Beziehung", shown=False),
        Column("remark", "Bemerkung", shown=False),
        Column("state", "Status", badge=True),
    )
    filters = (ChoiceFilter("state", "Status", ParticipantState),)
    form_columns = (
        "first_name", "last_name", "breed", "birthday", "gender", "relation", "remark",
    )  # fmt: skip
    buttons = (
        Button(archive_participant, None, label="Archivieren", icon="archive", mass=True,
               done="Der Teilnehmer ist archiviert.", right=Right.CUSTOMERS_EDIT,
               shown=lambda p: p.can(ParticipantState.ARCHIVED)),
    )  # fmt: skip
    default_sort = "first_name"
    empty = "Noch kein Teilnehmer. Legen Sie an, wer zum Kurs kommt, bevor Sie buchen."


RUNNING = select(Contract.id).where(
    Contract.customer_id == Customer.id,
    Contract.state.in_([ContractState.ACTIVE, ContractState.TERMINATED]),
)


class CustomerView(RecordView):
    model = Customer
    slug, title, one, icon = "customers", "Kunden", "Kunde", "people"
    category = "Kunden"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    field_rights = {
        "iban": Right.BANK_DATA, "bic": Right.BANK_DATA, "account_holder": Right.BANK_DATA,
        "credit": Right.CREDIT_VIEW, "open_amount": Right.INVOICES_VIEW,
    }  # fmt: skip
    columns = (
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
    fields = (
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
    filters = (
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
    search = "search"
    search_hint = "Name, Nummer, E-Mail, Telefon, Teilnehmer"
    default_sort = "name"
    buttons = (
        *CREDIT_BUTTONS,
        Button(lock_customer, ReasonForm, label="Sperren", icon="lock", danger=True, mass=True,
               done="Der Kunde ist gesperrt.", right=Right.CUSTOMERS_EDIT, preview=lock_preview,
               shown=lambda c: c.state is CustomerState.ACTIVE),
        Button(unlock_customer, ReasonForm, label="Entsperren", icon="unlock", mass=True,
               done="Der Kunde ist entsperrt.", right=Right.CUSTOMERS_EDIT,
               shown=lambda c: c.state is CustomerState.LOCKED),
    )  # fmt: skip
    cards = (
        Card("Kontakt", "name", "number", "email", "phone", "mobile", "street", "address_extra",
             "postcode", "city", "country"),
        Card("Konto", "payment_method", "permanent_discount", "newsletter", "origin",
             "created_at", "employee", "lock_reason", "remark"),
        Card("Bank", "iban", "bic", "account_holder", right=Right.BANK_DATA),
    )  # fmt: skip
    form_columns = (
        "is_company", "company_name", "vat_id", "salutation", "title", "first_name", "last_name",
        "email", "phone", "mobile", "street", "address_extra", "postcode", "city", "country",
        "birthday", "payment_method", "permanent_discount", "iban", "bic", "account_holder",
        "newsletter", "remark",
    )  # fmt: skip
    tabs = (
        CustomerCredit, CustomerParticipants, CustomerContracts, CustomerOffers, CustomerInvoices,
        CustomerMessages,
    )  # fmt: skip
    record_template = "office/record_with_history.html"
    empty = "Es gibt noch keine Kunden. Legen Sie den ersten an."

    def key_figures(self, record):
        return [
            KeyFigure(_("Guthaben"), euro(record.credit), self.tab_url(record, "credit")),
            KeyFigure(_("Offen"), euro(record.open_amount), self.tab_url(record, "invoices"),
                      "danger" if record.open_amount > 0 else ""),
        ]  # fmt: skip

    def history(self, record):
        """Everything that concerns the customer."""
        return customer_history(record)
