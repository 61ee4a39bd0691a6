"""What a new business has already: one statement for the first page."""

from sqlalchemy import exists, select

from kutego.db import db
from kutego.models.course import CourseCategory, CourseDate
from kutego.models.customer import Customer
from kutego.models.employee import Employee
from kutego.models.invoice import Invoice, InvoiceState
from kutego.models.location import Location
from kutego.models.term_template import TermTemplate


def beginnings() -> dict[str, bool]:
    """Of what there is at least one; an invoice that was issued ends all beginnings."""
    staff = select(Employee.customer_id)
    asked = {
        "category": exists(select(CourseCategory.id)),
        "location": exists(select(Location.id)),
        "terms": exists(select(TermTemplate.id)),
        "course": exists(select(CourseDate.id)),
        "customer": exists(select(Customer.id).where(Customer.id.not_in(staff))),
        "invoice": exists(select(Invoice.id).where(Invoice.state == InvoiceState.ISSUED)),
    }
    row = db.session.execute(select(*asked.values())).one()
    return {name: bool(there) for name, there in zip(asked, row, strict=True)}
