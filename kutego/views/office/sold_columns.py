"""What appointments, tickets and rentals have in common: the document they were sold by."""

from kutego.models import Right
from kutego.views.panel import Column

WITH_TICKETS = "Termine"  # the tab of a customer that holds all three


def sale_of(record):
    """The invoice, or else the booking."""
    return record.invoice or record.booking


SALE = Column(
    "sale", "Verkauft mit", value=lambda r: sale_of(r) and str(sale_of(r)), link=sale_of,
    load=("invoice", "booking"), right=Right.INVOICES_VIEW,
)  # fmt: skip
