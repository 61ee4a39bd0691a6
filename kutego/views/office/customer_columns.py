"""What the list of customers can show: everything that is known about one."""

from kutego.models import Customer
from kutego.texts import gettext as _
from kutego.views.office.countries import country_name
from kutego.views.office.customer_dunning import DUNNING_STOPPED
from kutego.views.office.customer_extras import EXTRA_COLUMNS, EXTRA_FIELDS
from kutego.views.office.house_words import PARTICIPANTS
from kutego.views.office.merges import accounts
from kutego.views.office.newsletter_buttons import told_newsletter
from kutego.views.panel import Column


def role_of(customer: Customer) -> str | None:
    """What a customer is in the house, if they work here (spec CUS-24)."""
    employee = customer.employee if customer.is_staff else None
    if employee is None:
        return None
    return (
        employee.role.label
        if employee.is_active
        else _("%(role)s (inaktiv)", role=employee.role.label)
    )


CUSTOMER_COLUMNS = (
    Column("name", "Name", sort="sort_name"),
    Column("number", "Nr."),
    Column("state", "Status", badge=True),
    Column("email", "E-Mail"),
    Column("email_problem", "E-Mail unzustellbar, weil", shown=False, quiet=True),
    Column("phone", "Telefon"),
    Column("mobile", "Mobil", shown=False),
    Column("city", "Ort"),
    Column("credit", "Guthaben", total=True),
    Column("open_amount", "Offen", total=True),
    Column("participants", PARTICIPANTS, shown=False, load=("participants",),
           value=lambda c: ", ".join(p.name for p in c.participants)),
    Column("salutation", "Anrede", shown=False),
    Column("title", "Titel", shown=False),
    Column("first_name", "Vorname", shown=False),
    Column("last_name", "Nachname", shown=False),
    Column("is_company", "Firmenkunde", shown=False),
    Column("company_name", "Firma", shown=False),
    Column("vat_id", "USt-IdNr.", shown=False, quiet=True),
    Column("street", "Straße", shown=False),
    Column("address_extra", "Adresszusatz", shown=False, quiet=True),
    Column("postcode", "PLZ", shown=False),
    Column("country", "Land", value=lambda c: country_name(c.country), sort="country",
           shown=False),
    Column("birthday", "Geburtstag", shown=False),
    Column("payment_method", "Zahlungsmethode", shown=False),
    Column("permanent_discount", "Dauerhafter Rabatt", kind="percent", shown=False),
    Column("iban", "IBAN", shown=False),
    Column("bic", "BIC", shown=False),
    Column("account_holder", "Kontoinhaber", shown=False),
    Column("newsletter", "Newsletter", shown=False),
    Column("employee", "Mitarbeiter", value=role_of, load=("employee", "is_staff"), shown=False,
           link=lambda c: c.employee if c.is_staff else None),
    Column("remark", "Interne Bemerkung", shown=False),
    Column("lock_reason", "Grund der Sperre", shown=False, quiet=True),
    DUNNING_STOPPED,
    Column("origin", "Herkunft", shown=False),
    Column("created_at", "Kunde seit", shown=False),
    Column("created_by", "Angelegt von", shown=False),
    *EXTRA_COLUMNS,
)  # fmt: skip

CUSTOMER_FIELDS = (
    Column("accounts", "Andere Konten", value=accounts, quiet=True),
    Column(
        "contact",
        "Ansprechpartner",
        value=lambda c: (c.is_company and c.person) or None,
        quiet=True,
    ),
    Column("newsletter_told", "Newsletter", value=told_newsletter),
    *EXTRA_FIELDS,
)
