"""Leads: customers of whom there is nothing yet but the record (spec CUS-04)."""

from sqlalchemy import and_, exists, not_, select
from sqlalchemy.orm import column_property

from kutego.models.contract import Contract
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.invoice import Invoice
from kutego.models.participant import Participant

NOTHING_YET = and_(
    *(
        not_(select(model.id).where(model.customer_id == Customer.id).correlate(Customer).exists())
        for model in (Participant, Invoice, Contract, Employee)
    )
)

# Computed where a list or page asks for it, never with every customer that is loaded.
IS_STAFF = exists().where(Employee.customer_id == Customer.id).correlate(Customer)
Customer.is_staff = column_property(IS_STAFF, deferred=True)
Customer.is_lead = column_property(NOTHING_YET, deferred=True)
