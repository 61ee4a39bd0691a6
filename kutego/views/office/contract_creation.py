"""A contract by hand: who, which course, on what terms, from when."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    CourseDate,
    CourseKind,
    CourseState,
    ParticipantState,
    PaymentMethod,
    Right,
    TermTemplate,
)
from kutego.operations.contract_making import create_contract
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.payment_choice import offer_methods
from kutego.views.panel import (
    Button,
    ChoiceField,
    DateField,
    MoneyField,
    NumberField,
    PanelForm,
    PercentField,
    Place,
    RecordField,
    today,
)


def running_courses():
    """Course dates that a contract can be made for."""
    query = select(CourseDate).where(
        CourseDate.kind == CourseKind.RUNNING, CourseDate.state == CourseState.PUBLISHED
    )
    return db.session.scalars(query.order_by(CourseDate.title)).all()


def terms():
    """Term templates in use."""
    query = select(TermTemplate).where(TermTemplate.is_active)
    return db.session.scalars(query.order_by(TermTemplate.name)).all()


class ContractForm(PanelForm):
    participant = RecordField(PARTICIPANT)
    course_date = RecordField("Dauerkurs")
    term_template = RecordField("Laufzeit")
    starts_on = DateField("Vertragsbeginn", default=today)
    first_invoice_on = DateField(
        "Erste Rechnung ab", required=False,
        description="Leer: ab Vertragsbeginn. Die Tage davor sind frei.",
    )  # fmt: skip
    billing_day = NumberField(
        "Abrechnungstag im Monat", required=False, least=1, most=31,
        description="Leer: der Tag der ersten Rechnung. Der 31. bleibt das Monatsende.",
    )  # fmt: skip
    price = MoneyField("Preis je Zeitraum", required=False,
                       description="Leer: der Preis der Laufzeitvorlage.")  # fmt: skip
    discount_percent = PercentField(
        "Rabatt", required=False, description="Leer: der dauerhafte Rabatt des Kunden."
    )
    payment_method = ChoiceField("Zahlungsmethode", PaymentMethod)

    def prepare(self):
        self.course_date.records, self.term_template.records = running_courses(), terms()
        wished = self.record.payment_method if self.record else None
        offer_methods(self.payment_method, wished=wished)
        if self.record is not None:
            present = [p for p in self.record.participants if p.state is ParticipantState.ACTIVE]
            self.participant.records = present

    @classmethod
    def initial(cls, records):
        return {"payment_method": records[0].payment_method} if records else {}


CREATE_CONTRACT = Button(
    create_contract, ContractForm, label="Vertrag anlegen", icon="plus-lg", primary=True,
    done="Der Vertrag ist angelegt. Die erste Rechnung entsteht von selbst.",
    right=Right.CONTRACTS_EDIT, place=Place.LIST,
)  # fmt: skip
