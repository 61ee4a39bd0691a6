"""Customers: the list, and the record with everything in it."""

from kutego.models import Customer, Right
from kutego.money import euro
from kutego.operations.day_plan import day_name
from kutego.texts import gettext as _
from kutego.views.office.appointments import CustomerAppointments
from kutego.views.office.bookings import CustomerBookings
from kutego.views.office.contracts import CustomerContracts
from kutego.views.office.countries import CountryField
from kutego.views.office.credit_entries import CustomerCredit
from kutego.views.office.customer_buttons import CUSTOMER_BUTTONS
from kutego.views.office.customer_cards import CUSTOMER_CARDS, standing
from kutego.views.office.customer_columns import CUSTOMER_COLUMNS, CUSTOMER_FIELDS
from kutego.views.office.customer_details import WithDetails
from kutego.views.office.customer_files import CustomerFiles
from kutego.views.office.customer_filters import CUSTOMER_FILTERS
from kutego.views.office.customer_form import WithBeside
from kutego.views.office.dunning_notices import CustomerNotices
from kutego.views.office.history import WithHistory, customer_history
from kutego.views.office.house_words import worded
from kutego.views.office.info_agents import CustomerAgents
from kutego.views.office.invoices import CustomerInvoices
from kutego.views.office.leaving import WithLeaving
from kutego.views.office.letters import CustomerLetters
from kutego.views.office.make_ups import CustomerMakeUps
from kutego.views.office.messages import CustomerMessages
from kutego.views.office.newsletter import CustomerConsents
from kutego.views.office.notes import CustomerNotes
from kutego.views.office.offers import CustomerOffers
from kutego.views.office.participants import CustomerParticipants
from kutego.views.office.payment_choice import WithAllowedMethods
from kutego.views.office.room_rentals import CustomerRentals
from kutego.views.office.sms import CustomerSms
from kutego.views.office.threads import CustomerCallbacks, CustomerThreads
from kutego.views.office.tickets import CustomerTickets
from kutego.views.office.timeline import CustomerTimeline
from kutego.views.office.unit_quotas import CustomerQuotas
from kutego.views.office.vouchers import CustomerVouchers
from kutego.views.office.waitlist import CustomerWaitlist
from kutego.views.panel import KeyFigure, RecordView


class CustomerView(
    WithDetails, WithLeaving, WithHistory, WithAllowedMethods, WithBeside, RecordView
):
    model = Customer
    slug, title, one, icon = "customers", "Kunden", "Kunde", "people"
    category = "Kunden"
    right, edit_right = Right.CUSTOMERS_VIEW, Right.CUSTOMERS_EDIT
    creates = True
    field_rights = {
        "iban": Right.BANK_DATA, "bic": Right.BANK_DATA, "account_holder": Right.BANK_DATA,
        "mandate_signed_on": Right.BANK_DATA, "mandate_reference": Right.BANK_DATA,
        "credit": Right.CREDIT_VIEW, "open_amount": Right.INVOICES_VIEW,
    }  # fmt: skip
    columns, fields, filters = CUSTOMER_COLUMNS, CUSTOMER_FIELDS, CUSTOMER_FILTERS
    search = "search"
    search_hint = worded("Name, Nummer, E-Mail, Telefon, {participant}")
    default_sort = "name"
    buttons = CUSTOMER_BUTTONS
    cards = CUSTOMER_CARDS
    computed = (
        "is_lead", "is_staff", "has_mandate", "has_mandates", "customer_group_names",
        "recipient_group_names",
    )  # fmt: skip
    record_template = "office/customer.html"
    form_columns = (
        "is_company", "company_name", "vat_id", "salutation", "title", "first_name", "last_name",
        "email", "phone", "mobile", "further_phone", "street", "address_extra", "postcode", "city",
        "country", "birthday", "payment_method", "permanent_discount", "iban", "bic",
        "account_holder", "remark",
    )  # fmt: skip
    form_overrides = {"country": CountryField}
    tabs = (
        CustomerCredit, CustomerParticipants, CustomerMakeUps, CustomerWaitlist, CustomerContracts,
        CustomerQuotas, CustomerAppointments, CustomerTickets, CustomerRentals,
        CustomerOffers, CustomerInvoices, CustomerBookings, CustomerVouchers,
        CustomerNotices,
        CustomerThreads, CustomerCallbacks, CustomerMessages, CustomerConsents,
        CustomerAgents, CustomerSms, CustomerLetters, CustomerFiles, CustomerNotes,
        CustomerTimeline,
    )  # fmt: skip
    empty = "Es gibt noch keine Kunden. Legen Sie den ersten an."

    def key_figures(self, record):
        overdue, next_day, waiting = standing(record)
        credit = KeyFigure(_("Guthaben"), euro(record.credit), self.tab_url(record, "credit"))
        owed = KeyFigure(_("Offen"), euro(record.open_amount), self.tab_url(record, "invoices"))
        late = KeyFigure(
            _("Überfällig"), euro(overdue), self.tab_url(record, "invoices", "?f.status=overdue"),
            "danger" if overdue > 0 else "",
        )  # fmt: skip
        day = day_name(next_day) if next_day else "–"
        course = KeyFigure(_("Nächster Termin"), day, self.tab_url(record, "participants"))
        money = [credit] if self.may_see("credit") else []
        waits = KeyFigure(_("Wartet auf Platz"), str(waiting), self.tab_url(record, "waitlist"))
        return [
            *money,
            *((owed, late) if self.may_see("open_amount") else ()),
            course,
            *([waits] if waiting else ()),
        ]

    def activities(self, record):
        """Everything that concerns the customer."""
        return customer_history(record)
