"""Columns that several lists of the office share."""

from flask import url_for
from markupsafe import Markup

from kutego.models import Documented
from kutego.views.panel import Column

# the tabs of a customer that several lists share
CONTRACTS, WITH_BOOKINGS, COMMUNICATION = "Verträge", "Rechnungen/Buchungen", "Kommunikation"

CUSTOMER = Column(
    "customer",
    "Kunde",
    value=lambda record: record.customer.name,
    load=("customer",),
    link=lambda record: record.customer,
    sort="customer.sort_name",
)


def document_links(document: Documented | None) -> Markup:
    """Links to the PDF and XML of an issued document."""
    if document is None:
        return Markup("")
    links = [
        Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(
            url_for("documents.show", rendition_id=r.id, name=r.name), r.format.label
        )
        for r in document.renditions
    ]
    return Markup("<span>{}</span>").format(Markup(" · ").join(links))  # one item in a card's row


DOCUMENTS = Column(
    "documents", "Dokumente", value=document_links, load=("renditions",), exported=False
)
