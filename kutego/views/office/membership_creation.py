"""A membership by hand: who, which one, from when."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import MembershipTemplate, ParticipantState, PaymentMethod, Right
from kutego.operations.memberships import create_membership
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.payment_choice import offer_methods
from kutego.views.panel import (
    Button,
    ChoiceField,
    DateField,
    MoneyField,
    PanelForm,
    PercentField,
    Place,
    RecordField,
    today,
)


class MembershipForm(PanelForm):
    membership_template = RecordField("Mitgliedschaft")
    participant = RecordField(
        PARTICIPANT, required=False, description="Leer: der Kunde selbst ist das Mitglied."
    )
    starts_on = DateField("Gebucht für den", default=today)
    price = MoneyField(
        "Preis je Zeitraum", required=False, description="Leer: der Preis der Vorlage."
    )
    discount_percent = PercentField(
        "Rabatt", required=False, description="Leer: der dauerhafte Rabatt des Kunden."
    )
    payment_method = ChoiceField("Zahlungsmethode", PaymentMethod)

    def prepare(self):
        query = select(MembershipTemplate).where(MembershipTemplate.is_active)
        found = db.session.scalars(query.order_by(MembershipTemplate.name)).all()
        self.membership_template.records = found
        wished = self.record.payment_method if self.record else None
        offer_methods(self.payment_method, wished=wished)
        if self.record is not None:
            present = [p for p in self.record.participants if p.state is ParticipantState.ACTIVE]
            self.participant.records = present

    @classmethod
    def initial(cls, records):
        return {"payment_method": records[0].payment_method} if records else {}


CREATE_MEMBERSHIP = Button(
    create_membership, MembershipForm, label="Mitgliedschaft anlegen", icon="person-badge",
    done="Die Mitgliedschaft ist angelegt. Die Rechnungen entstehen von selbst.",
    right=Right.CONTRACTS_EDIT, place=Place.LIST,
)  # fmt: skip
