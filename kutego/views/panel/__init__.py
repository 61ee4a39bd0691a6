"""The one bridge from the screen to the operations: a view is a declaration, a button an operation.

A complete view, with everything that can be said about one::

    class DepositForm(PanelForm):                      # fields = keyword arguments of the operation
        amount = MoneyField("Betrag", least=CENT)      # (without `on`, `by` and `confirmed`, which
        kind = ChoiceField("Einzahlart", DepositKind)  #  the bridge gives where they are asked for)
        received_on = DateField("Eingegangen am", default=today)
        text = TextField("Verwendungszweck", required=False, most=500)
        send_receipt = CheckField("Quittung per E-Mail senden")

        def prepare(self):                             # self.records: what the form is about
            if self.is_many: ...                       # fill choices, `del self.text`, …

        @classmethod
        def initial(cls, records):                     # what stands in the fields at first
            return {"amount": records[0].open_amount}

    class CustomerView(RecordView):
        model = Customer
        slug = "customers"                             # address and endpoint
        title, one = "Kunden", "Kunde"                 # the menu, the head of the list; one of them
        icon = "people"                                # a name in the sprite
        category = "Kunden"                            # where the menu puts it
        right = Right.CUSTOMERS_VIEW                   # without it: 403, and not in the menu
        edit_right = Right.CUSTOMERS_EDIT              # of the master-data form
        field_rights = {"iban": Right.BANK_DATA}       # column, filter, export, card, form

        columns = (
            Column("number", "Nr."),                   # kind, alignment and sort follow the model
            Column("name", "Name", sort="sort_name"),  # computed: sort names the column behind it
            Column("city", "Ort"),
            Column("credit", "Guthaben", total=True),  # total over the whole filter at the foot
            Column("state", "Status", badge=True),
            Column("participants", "Teilnehmer", shown=False, load=("participants",),
                   value=lambda c: ", ".join(p.name for p in c.participants)),
            Column("customer", "Kunde", link=lambda r: r.customer, load=("customer",),
                   sort="customer.sort_name"),         # links to the record's own page
        )                                              # shown=False: only when the user chooses it
        default_sort = "name"                          # "-name" descends; the id breaks ties
        search = "search"                              # a folded column; None: no search box
        search_hint = "Name, Nummer, E-Mail, Telefon, Teilnehmer"
        filters = (
            ChoiceFilter("state", "Status", CustomerState),
            TextFilter("city", "Ort"),                 # contains; EqualsFilter: is exactly
            DateFilter("created_at", "Angelegt"),      # from, to (in the company's time zone)
            AmountFilter("credit", "Guthaben"),        # from, to, with a decimal comma
            YesNoFilter("newsletter", "Newsletter"),
            YesNoFilter("owes", "Offene Rechnungen", where=Customer.open_amount > 0),
            RelationFilter("course", "Kurs", lambda: select(CourseDate.id, CourseDate.title),
                           column=Enrolment.course_date_id, via=Customer.enrolments),
        )                                              # via: a relation that leads to the column
        empty = "Es gibt noch keine Kunden."

        buttons = (
            Button(deposit_credit, DepositForm, label="Guthaben einzahlen",
                   done="Das Guthaben wurde eingezahlt.", right=Right.CREDIT_BOOK, icon="plus",
                   shown=lambda c: c.state is CustomerState.ACTIVE, primary=True),
            Button(lock_customer, LockForm, label="Sperren", done="Der Kunde ist gesperrt.",
                   danger=True, mass=True, preview=lock_preview),
            Button(create_customer, CustomerForm, label="Kunde anlegen", primary=True,
                   done="Der Kunde ist angelegt.", place=Place.LIST),
            Button(make_transfer_file, None, label="Überweisungsdatei erstellen",
                   done="…", place=Place.TOGETHER),    # one call with the list of all records
            Button(write_to_chosen, WriteForm, label="Mitteilung schreiben",
                   done="…", place=Place.IDS),         # the same with their ids: of all rows, say
            Button(save_offer, label="Bearbeiten", done="", name="edit",
                   place=Place.PAGE),                  # a page of its own that the view brings
        )

        cards = (                                      # the record page, in two columns
            Card("Kontakt", "email", "phone", "mobile"),
            Card("Bank", "iban", "account_holder", right=Right.BANK_DATA),
        )
        fields = (Column("iban", "IBAN"), …)           # columns that only cards and forms use
        tabs = (CustomerContracts, CustomerInvoices)   # TabViews, each with its own address

        form_columns = ("first_name", "last_name", "email")   # master data: create and edit pages
        creates = True                                        # False: edit only

        def key_figures(self, record):                 # up to five, that click through
            return [KeyFigure("Guthaben", euro(record.credit), self.tab_url(record, "credit"))]

        def badges(self, record):                      # default: the state of the record
            return [Badge.of(record.state)]

    class CustomerContracts(TabView):
        model = Contract
        slug, title, one = "contracts", "Verträge", "Vertrag"
        parent_key = "customer_id"                     # the column that holds the parent's id
        right = Right.CONTRACTS_VIEW
        columns, filters, buttons = ContractView.columns, ContractView.filters, ContractView.buttons
        # Place.LIST buttons of a tab get the parent as the operation's first argument

    register(admin, CustomerView, ContractView, …)     # in kutego.views

Addresses: `<slug>/` list, `<slug>/<id>/` record, `<slug>/<id>/<button>/` one record,
`<slug>/mass/<button>/` a selection or all rows of the filter, `<slug>/do/<button>/` buttons of the
list, `<slug>/new/` and `<slug>/<id>/edit/` master data, `<slug>/<id>/<tab>/…` a tab.

A button's name is the operation's with hyphens. What an operation returns is linked in the toast
when it has a page (`place_of`). A view may name its own templates (`list_template`,
`record_template`), which extend `office/panel/list.html` and `office/panel/record.html` (blocks
`before_list`, `cards`, `after_cards`), and hide records from everybody with `scope(self, query)`.

preview=f: `f(record, **arguments)` (for Place.TOGETHER `f(records, **arguments)`) returns lines,
`"Text"` or `("Text", Decimal)`, which are shown, with their sum, before the operation is called.
"""

from kutego.views.panel.button import Button, Place
from kutego.views.panel.columns import Badge, Card, Column, KeyFigure, ListLink
from kutego.views.panel.fields import (
    CheckField,
    ChoiceField,
    ChoicesField,
    DateField,
    EmailField,
    LongTextField,
    MoneyField,
    NumberField,
    PercentField,
    TextField,
    TimeField,
    UploadField,
)
from kutego.views.panel.filters import (
    ChoiceFilter,
    EqualsFilter,
    RelationFilter,
    TextFilter,
    YesNoFilter,
)
from kutego.views.panel.forms import PanelForm, actor, today
from kutego.views.panel.moments import MomentField
from kutego.views.panel.places import place_of, register
from kutego.views.panel.range_filters import AmountFilter, DateFilter
from kutego.views.panel.record_fields import LookupField, RecordField, RecordsField
from kutego.views.panel.record_view import RecordView
from kutego.views.panel.row_choices import Row, RowChoicesField
from kutego.views.panel.runs import RunView
from kutego.views.panel.tabs import TabView

__all__ = [
    "AmountFilter",
    "Badge",
    "Button",
    "Card",
    "CheckField",
    "ChoiceField",
    "ChoiceFilter",
    "ChoicesField",
    "Column",
    "DateField",
    "DateFilter",
    "EmailField",
    "EqualsFilter",
    "KeyFigure",
    "ListLink",
    "LongTextField",
    "LookupField",
    "MomentField",
    "MoneyField",
    "NumberField",
    "PanelForm",
    "PercentField",
    "Place",
    "RecordField",
    "RecordView",
    "RecordsField",
    "RelationFilter",
    "Row",
    "RowChoicesField",
    "RunView",
    "TabView",
    "TextField",
    "TextFilter",
    "TimeField",
    "UploadField",
    "YesNoFilter",
    "actor",
    "place_of",
    "register",
    "today",
]
