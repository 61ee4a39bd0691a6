"""Small views over customers, participants and contracts, to prove the panel with."""

from decimal import Decimal

from sqlalchemy import select

from kutego.db import operation
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Contract,
    ContractState,
    CourseDate,
    Customer,
    CustomerState,
    Gender,
    Participant,
    Right,
    TermTemplate,
)
from kutego.money import CENT, euro
from kutego.operations.activity import log_activity
from kutego.operations.customers import create_customer
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    CheckField,
    ChoiceFilter,
    Column,
    DateField,
    DateFilter,
    EqualsFilter,
    KeyFigure,
    LookupField,
    MoneyField,
    PanelForm,
    Place,
    RecordsField,
    RecordView,
    RelationFilter,
    RunView,
    TabView,
    TextField,
    TextFilter,
    YesNoFilter,
    today,
)

MOST = Decimal("500.00")


@operation
def lend_credit(customer, *, amount, note=None, due_on, confirmed=frozenset(), on, by):
    """Lend `amount` euros; more than 500 is refused, a due date in the past is asked about."""
    if customer.state is not CustomerState.ACTIVE:
        raise DomainError("Der Kunde ist gesperrt.")
    if amount > MOST:
        raise DomainError(f"Mehr als {euro(MOST)} gehen nicht.")
    if due_on < on and "past" not in confirmed:
        raise NeedsConfirmation("past", "Das Datum liegt in der Vergangenheit.", ("Fällig heute",))
    customer.credit += amount
    log_activity(customer, "customer.lent", by=by, amount=amount)
    return customer


@operation
def lock_out(customer, *, reason, on, by):
    customer.move_to(CustomerState.LOCKED)
    customer.lock_reason = reason


def lock_out_preview(customer, reason):
    return [(f"{customer.name} wird gesperrt: {reason}", customer.credit)]


@operation
def archive_participants(customer, *, participants, on, by):
    for participant in participants:
        participant.state = participant.state.__class__.ARCHIVED


@operation
def praise(customers, *, words, confirmed=frozenset(), on, by):
    if words.isupper() and "loud" not in confirmed:
        raise NeedsConfirmation("loud", "Wirklich so laut?")
    for customer in customers:
        customer.remark = f"{words} ({len(customers)})"


@operation
def add_customer(*, last_name, sponsor=None, newsletter=False, on, by):
    return create_customer({"last_name": last_name, "newsletter": newsletter}, by=by)


@operation
def name_participant(customer, *, first_name, on, by):
    raise DomainError(f"{customer.name} hat schon genug Hunde.")


class LendForm(PanelForm):
    amount = MoneyField("Betrag", least=CENT)
    note = TextField("Notiz", required=False, most=40)
    due_on = DateField("Fällig am", default=today)

    @classmethod
    def initial(cls, records):
        return {"note": f"für {len(records)}"}


class LockForm(PanelForm):
    reason = TextField("Grund")


class ArchiveForm(PanelForm):
    participants = RecordsField("Teilnehmer")

    def prepare(self):
        self.participants.records = self.record.participants


class PraiseForm(PanelForm):
    words = TextField("Lob")


class AddForm(PanelForm):
    last_name = TextField("Nachname")
    sponsor = LookupField("Geworben von", Customer, required=False)
    newsletter = CheckField("Newsletter")


class NameForm(PanelForm):
    first_name = TextField("Name")


class ProbeParticipants(TabView):
    model = Participant
    slug, title, one = "dogs", "Hunde", "Hund"
    parent_key = "customer_id"
    icon = "tag"
    columns = (
        Column("first_name", "Rufname"),
        Column("gender", "Geschlecht"),
        Column("breed", "Rasse", shown=False),
        Column("state", "Status", badge=True),
        Column("customer", "Kunde", load=("customer",)),
    )
    filters = (ChoiceFilter("gender", "Geschlecht", Gender), TextFilter("first_name", "Name"))
    default_sort = "first_name"
    search = ("first_name", "breed")
    form_columns = ("first_name", "breed", "birthday", "gender")
    edit_right = Right.CUSTOMERS_EDIT
    buttons = (
        Button(name_participant, NameForm, label="Hund benennen", done="Benannt.",
               place=Place.LIST),
    )  # fmt: skip


class ProbeContracts(TabView):
    model = Contract
    slug, title, one = "deals", "Verträge", "Vertrag"
    parent_key = "customer_id"
    right = Right.CONTRACTS_VIEW
    columns = (
        Column("number", "Nr."),
        Column("price", "Preis", total=True),
        Column("state", "Status", badge=True),
        Column("next_invoice_on", "Nächste Rechnung"),
    )
    filters = (ChoiceFilter("state", "Status", ContractState),)


class ProbeCustomers(RecordView):
    model = Customer
    slug = "probe"
    title, one = "Kunden", "Kunde"
    icon = "people"
    right = Right.CUSTOMERS_VIEW
    edit_right = Right.CUSTOMERS_EDIT
    field_rights = {"iban": Right.BANK_DATA, "credit": Right.CREDIT_VIEW}
    columns = (
        Column("number", "Nr."),
        Column("name", "Name", value=lambda c: c.name, sort="sort_name"),
        Column("city", "Ort"),
        Column("email", "E-Mail", shown=False),
        Column("credit", "Guthaben", total=True),
        Column("open_amount", "Offen", total=True),
        Column("permanent_discount", "Rabatt", shown=False),
        Column("newsletter", "Newsletter", shown=False),
        Column("created_at", "Angelegt"),
        Column("iban", "IBAN", shown=False),
        Column("state", "Status", badge=True),
        Column("dogs", "Hunde", load=("participants",),
               value=lambda c: ", ".join(p.name for p in c.participants)),
    )  # fmt: skip
    fields = (
        Column("phone", "Telefon"),
        Column("last_name", "Nachname"),
        Column("permanent_discount", "Dauerrabatt"),
        Column("birthday", "Geburtstag"),
        Column("payment_method", "Zahlungsart"),
        Column("remark", "Bemerkung"),
    )
    default_sort = "name"
    search = "search"
    search_hint = "Name, Nummer, E-Mail, Telefon, Hund"
    filters = (
        ChoiceFilter("state", "Status", CustomerState),
        TextFilter("city", "Ort"),
        EqualsFilter("postcode", "PLZ"),
        DateFilter("created_at", "Angelegt"),
        DateFilter("birthday", "Geburtstag"),
        AmountFilter("credit", "Guthaben"),
        YesNoFilter("newsletter", "Newsletter"),
        YesNoFilter("owes", "Offene Rechnungen", where=Customer.open_amount > 0),
        TextFilter("dog", "Hund", column=Participant.first_name, via=Customer.participants),
        RelationFilter(
            "course", "Kurs", lambda: select(CourseDate.id, CourseDate.title),
            column=Customer.id,
        ),
        EqualsFilter("iban", "IBAN"),
    )  # fmt: skip
    empty = "Es gibt noch keine Kunden."
    buttons = (
        Button(lend_credit, LendForm, label="Guthaben leihen", done="Das Guthaben ist verliehen.",
               right=Right.CREDIT_BOOK, icon="piggy-bank", primary=True, mass=True,
               shown=lambda c: c.state is CustomerState.ACTIVE),
        Button(lock_out, LockForm, label="Aussperren", done="Gesperrt.", danger=True, mass=True,
               right=Right.CUSTOMERS_EDIT, preview=lock_out_preview, icon="lock"),
        Button(archive_participants, ArchiveForm, label="Hunde archivieren", done="Archiviert."),
        Button(praise, PraiseForm, label="Loben", done="Alle sind gelobt.", place=Place.TOGETHER),
        Button(add_customer, AddForm, label="Kunde werben", done="Der Kunde ist da.",
               place=Place.LIST, right=Right.CUSTOMERS_EDIT),
    )  # fmt: skip
    cards = (
        Card("Kontakt", "email", "phone", "created_at"),
        Card("Geld", "credit", "permanent_discount", "payment_method"),
        Card("Bank", "iban", right=Right.BANK_DATA),
    )
    tabs = (ProbeParticipants, ProbeContracts)
    form_columns = (
        "last_name", "email", "phone", "birthday", "permanent_discount", "payment_method", "iban",
        "newsletter", "remark",
    )  # fmt: skip

    def key_figures(self, record):
        return [
            KeyFigure("Guthaben", euro(record.credit), self.tab_url(record, "deals")),
            KeyFigure("Offen", euro(record.open_amount), tone="danger"),
        ]


class ProbeTemplates(RecordView):
    """Master data with a price and a rate."""

    model = TermTemplate
    slug, title, one = "probe-templates", "Laufzeitvorlagen", "Laufzeitvorlage"
    edit_right = Right.COURSES_EDIT
    columns = (
        Column("name", "Bezeichnung"),
        Column("price", "Preis"),
        Column("vat_rate", "USt."),
        Column("interval_months", "Intervall"),
        Column("is_active", "Aktiv"),
    )
    form_columns = ("name", "price", "vat_rate", "interval_months", "is_active")


class ProbeCourses(RecordView):
    """Master data with foreign keys."""

    model = CourseDate
    slug, title, one = "probe-courses", "Kurstermine", "Kurstermin"
    columns = (Column("title", "Titel"), Column("starts_on", "Beginn"))
    fields = (
        Column("term_template_id", "Laufzeit"),
        Column("kind", "Art"),
        Column("capacity", "Plätze"),
    )
    form_columns = ("title", "kind", "starts_on", "term_template_id", "capacity")


VIEWS = (ProbeCustomers, ProbeTemplates, ProbeCourses, RunView)
