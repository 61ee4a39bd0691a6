"""Memberships: their templates, and the contracts of those who hold one."""

from sqlalchemy import select

from kutego.models import Contract, ContractKind, ContractState, MembershipTemplate, Right
from kutego.texts import marked as m
from kutego.views.office.catalogue import CatalogueView
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.contract_columns import CONTRACT_BUTTONS
from kutego.views.office.contracts import ContractView
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.template_columns import (
    TERMS_ARGS,
    TERMS_CARDS,
    TERMS_COLUMNS,
    TERMS_FIELDS,
    TERMS_FORM,
    TERMS_OVERRIDES,
)
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RelationFilter,
    TextFilter,
)


class MembershipTemplateView(CatalogueView):
    model = MembershipTemplate
    slug, title, one = "membership_templates", "Mitgliedschaften", "Mitgliedschaft"
    icon, category = "credit-card", "Kurse"
    columns = (
        *TERMS_COLUMNS[:-1],
        Column("activation", "Aktiv"),
        Column("holder_discount", "Rabatt auf Kurse", kind="percent"),
        TERMS_COLUMNS[-1],
    )
    fields = (
        *TERMS_FIELDS,
        Column("description", "Beschreibung"),
        Column("trial_days", "Probezeit (Tage)"),
        Column("trial_price", "Preis der Probezeit"),
        Column("trial_end", "Nach der Probezeit"),
    )
    cards = (
        *TERMS_CARDS,
        Card("Mitglieder", "activation", "trial_days", "trial_price", "trial_end",
             "holder_discount", "description"),
    )  # fmt: skip
    form_columns = (
        *TERMS_FORM, "activation", "trial_days", "trial_price", "trial_end", "holder_discount",
        "description", "is_active",
    )  # fmt: skip
    form_args = {
        **TERMS_ARGS,
        "activation": {"label": m("Die Mitgliedschaft wird aktiv")},
        "trial_days": {"description": m("Nur als Probe-Mitgliedschaft, höchstens 92.")},
        "holder_discount": {
            "label": m("Rabatt der Mitglieder auf Kurse"),
            "description": m("Steht in neuen Kurspositionen schon da und lässt sich ändern."),
        },
    }
    form_overrides = TERMS_OVERRIDES
    empty = "Es gibt noch keine Mitgliedschaft. Legen Sie an, was Ihre Mitglieder zahlen."


class MemberView(ContractView):
    """The contracts of one kind: who is a member, since when and how."""

    slug, title, one, icon = "members", "Mitglieder", "Mitgliedschaft", "person-badge"
    columns = (
        Column("number", "Nr."),
        CUSTOMER,
        Column("participant", PARTICIPANT, value=lambda c: c.participant and c.participant.name,
               load=("participant",), sort="participant.first_name", shown=False),
        Column("membership_template", "Mitgliedschaft",
               value=lambda c: c.membership_template and c.membership_template.name,
               load=("membership_template",), link=lambda c: c.membership_template,
               sort="membership_template.name"),
        Column("active_from", "Aktiv ab"),
        Column("trial_until", "Probe bis", shown=False),
        Column("ends_on", "Bezahlt bis", shown=False),
        Column("next_invoice_on", "Nächste Rechnung"),
        Column("terminated_to", "Endet am"),
        Column("price", "Preis", total=True),
        Column("payment_method", "Zahlungsmethode", shown=False),
        Column("state", "Status", badge=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", ContractState),
        TextFilter("number", "Nummer"),
        RelationFilter(
            "membership_template_id", "Mitgliedschaft",
            load=lambda: select(MembershipTemplate.id, MembershipTemplate.name),
        ),
        DateFilter("active_from", "Aktiv ab"),
        DateFilter("next_invoice_on", "Nächste Rechnung"),
        DateFilter("terminated_to", "Endet am"),
    )  # fmt: skip
    buttons = CONTRACT_BUTTONS
    right = Right.CONTRACTS_VIEW
    is_home = False
    empty = "Noch kein Mitglied. Eine Mitgliedschaft auf einer Rechnung legt den Vertrag an."

    def scope(self, query):
        return super().scope(query).where(Contract.kind == ContractKind.MEMBERSHIP)
