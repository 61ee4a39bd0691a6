"""Customers: the list, and the record with everything in it."""

from sqlalchemy import func, select

from kutego.db import db
from kutego.models import (
    Customer,
    CustomerState,
    Invoice,
    PaymentStatus,
    Right,
    next_day_of,
    payment_status_is,
)
from kutego.money import ZERO, euro
from kutego.operations.customers import lock_customer, unlock_customer
from kutego.texts import gettext as _
from kutego.views.office.contracts import CustomerContracts
from kutego.views.office.countries import CountryField
from kutego.views.office.credit import CREDIT_BUTTONS
from kutego.views.office.credit_entries import CustomerCredit
from kutego.views.office.customer_columns import CUSTOMER_COLUMNS, CUSTOMER_FIELDS
from kutego.views.office.customer_filters import CUSTOMER_FILTERS
from kutego.views.office.forms import ReasonForm
from kutego.views.office.history import WithHistory, customer_history
from kutego.views.office.invoices import CustomerInvoices
from kutego.views.office.messages import CustomerMessages
from kutego.views.office.offers import CustomerOffers
from kutego.views.office.participants import CustomerParticipants
from kutego.views.office.payment_choice import WithAllowedMethods
from kutego.views.panel import (
    Button,
    Card,
    KeyFigure,
    RecordView,
    today,
)


def standing(customer):
    """What is overdue, and the next day that one of the participants comes; one statement."""
    late = payment_status_is(PaymentStatus.OVERDUE, today())
    overdue = select(func.sum(Invoice.open_amount)).where(Invoice.customer_id == customer.id, late)
    coming = next_day_of(customer.id, today())
    amount, day = db.session.execute(
        select(overdue.scalar_subquery(), coming.scalar_subquery())
    ).one()
    return amount or ZERO, day


def lock_preview(customer):
    """What a lock does not stop by itself (spec CUS-37)."""
    lines = [_("Keine Buchung, keine Anmeldung und keine System-E-Mail mehr. Alle Daten bleiben.")]
    if customer.open_amount > 0:
        lines.append((_("Noch offene Rechnungen"), customer.open_amount))
    return lines


class CustomerView(WithHistory, WithAllowedMethods, RecordView):
    model = Customer
    slug, title, one, icon = "customers", "Kunden", "Kunde", "people"
    category = "Kunden"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    field_rights = {
        "iban": Right.BANK_DATA, "bic": Right.BANK_DATA, "account_holder": Right.BANK_DATA,
        "credit": Right.CREDIT_VIEW, "open_amount": Right.INVOICES_VIEW,
    }  # fmt: skip
    columns, fields, filters = CUSTOMER_COLUMNS, CUSTOMER_FIELDS, CUSTOMER_FILTERS
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
        Card("Kontakt", "salutation", "name", "contact", "email", "phone", "mobile", "street",
             "address_extra", "postcode", "city", "country", "vat_id", "birthday"),
        Card("Konto", "payment_method", "permanent_discount", "newsletter", "employee", "origin",
             "created_at", "created_by", "lock_reason", "remark"),
        Card("Bank", "iban", "bic", "account_holder", right=Right.BANK_DATA),
    )  # fmt: skip
    form_columns = (
        "is_company", "company_name", "vat_id", "salutation", "title", "first_name", "last_name",
        "email", "phone", "mobile", "street", "address_extra", "postcode", "city", "country",
        "birthday", "payment_method", "permanent_discount", "iban", "bic", "account_holder",
        "newsletter", "remark",
    )  # fmt: skip
    form_overrides = {"country": CountryField}
    tabs = (
        CustomerCredit, CustomerParticipants, CustomerContracts, CustomerOffers, CustomerInvoices,
        CustomerMessages,
    )  # fmt: skip
    empty = "Es gibt noch keine Kunden. Legen Sie den ersten an."

    def key_figures(self, record):
        overdue, next_day = standing(record)
        credit = KeyFigure(_("Guthaben"), euro(record.credit), self.tab_url(record, "credit"))
        owed = KeyFigure(_("Offen"), euro(record.open_amount), self.tab_url(record, "invoices"))
        late = KeyFigure(
            _("Überfällig"), euro(overdue), self.tab_url(record, "invoices", "?f.status=overdue"),
            "danger" if overdue > 0 else "",
        )  # fmt: skip
        day = f"{next_day:%d.%m.%Y}" if next_day else "–"
        course = KeyFigure(_("Nächster Termin"), day, self.tab_url(record, "participants"))
        money = [credit] if self.may_see("credit") else []
        return [*money, *((owed, late) if self.may_see("open_amount") else ()), course]

    def activities(self, record):
        """Everything that concerns the customer."""
        return customer_history(record)
