"""What of a customer's groups, mandates and leads the list, the record and the filters show."""

from sqlalchemy import func, select

from kutego.models import (
    CUSTOMER_GROUP_MEMBERS,
    RECIPIENT_GROUP_MEMBERS,
    Customer,
    CustomerGroup,
    Mandate,
    RecipientGroup,
    Right,
)
from kutego.texts import gettext as _
from kutego.texts import sort_key
from kutego.views.panel import Badge, Column, DateFilter, RelationFilter, YesNoFilter

FIRST_SEEN = func.coalesce(Customer.first_seen_at, Customer.created_at)


def lead_badge(customer: Customer) -> Badge | None:
    """The badge of somebody of whom there is nothing yet but the record (spec CUS-04)."""
    return Badge(_("Interessent"), "info") if customer.is_lead else None


def told_mandate(mandate: Mandate) -> str:
    """A mandate in one line: reference, signature, and the end where it has one."""
    text = _("%(reference)s vom %(day)s", reference=mandate, day=f"{mandate.signed_on:%d.%m.%Y}")
    if mandate.revoked_on is None:
        return text
    day = f"{mandate.revoked_on:%d.%m.%Y}"
    return _("%(mandate)s, widerrufen am %(day)s", mandate=text, day=day)


def present_mandate(customer: Customer) -> str | None:
    """The mandate that holds."""
    mandate = customer.mandate if customer.has_mandate else None
    return told_mandate(mandate) if mandate else None


def former_mandates(customer: Customer) -> str:
    """Those that were revoked, the newest first."""
    mandates = customer.mandates[:10] if customer.has_mandates else ()
    return "; ".join(told_mandate(mandate) for mandate in mandates if not mandate.is_active)


def sorted_lines(text: str | None) -> str:
    """Names that stand one in each line, in their order."""
    return ", ".join(sorted((text or "").splitlines(), key=sort_key))


EXTRA_COLUMNS = (
    Column("is_lead", "Interessent", value=lead_badge, badge=True, load=("is_lead",),
           sort=None, shown=False),
    Column("further_phone", "Weiteres Telefon", shown=False, quiet=True),
    Column("customer_groups", "Kundengruppen", shown=False, load=("customer_group_names",),
           value=lambda c: sorted_lines(c.customer_group_names)),
    Column("recipient_groups", "Empfängergruppen", shown=False, load=("recipient_group_names",),
           value=lambda c: sorted_lines(c.recipient_group_names)),
    Column("mandate", "SEPA-Mandat", value=present_mandate, load=("mandates", "has_mandate"),
           shown=False, right=Right.BANK_DATA),
    Column("first_seen_at", "Zuerst gemeldet", kind="moment", sort=FIRST_SEEN, shown=False,
           value=lambda c: c.first_seen_at or c.created_at),
    Column("former_number", "Frühere Nummer", shown=False, quiet=True),
    Column("main_account_id", "Hauptkonto", value=lambda c: c.main_account and c.main_account.name,
           link=lambda c: c.main_account, load=("main_account",), shown=False),
    Column("merged_at", "Zusammengeführt", shown=False),
    Column("dunning_stopped_at", "Mahnen gestoppt am", shown=False,
           right=Right.INVOICES_VIEW),
    Column("updated_at", "Zuletzt geändert", shown=False, quiet=True),
    Column("updated_by", "Geändert von", shown=False, quiet=True),
)  # fmt: skip

EXTRA_FIELDS = (
    Column(
        "former_mandates",
        "Frühere Mandate",
        value=former_mandates,
        right=Right.BANK_DATA,
        quiet=True,
    ),
)


class MemberFilter(RelationFilter):
    """Customers who are in one of the groups."""

    def condition(self, model, values):
        members = self.column.table
        groups = [self._id(value) for value in values[""]]
        return model.id.in_(select(self.column).where(members.c.group_id.in_(groups)))


def _names(kind: type[CustomerGroup] | type[RecipientGroup]):
    return lambda: select(kind.id, kind.name).order_by(kind.name)


EXTRA_FILTERS = (
    MemberFilter("customer_group", "Kundengruppe", load=_names(CustomerGroup),
                 column=CUSTOMER_GROUP_MEMBERS.c.customer_id),
    MemberFilter("recipient_group", "Empfängergruppe", load=_names(RecipientGroup),
                 column=RECIPIENT_GROUP_MEMBERS.c.customer_id),
    YesNoFilter("mandate", "Gültiges SEPA-Mandat", where=Customer.has_mandate.expression,
                right=Right.BANK_DATA),
    DateFilter("first_seen", "Zuerst gemeldet", column=FIRST_SEEN),
    DateFilter("updated_at", "Zuletzt geändert"),
)  # fmt: skip
