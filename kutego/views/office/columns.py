"""Columns that several lists of the office share."""

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from kutego.db import Base, db
from kutego.models import Rendition
from kutego.views.panel import Column

CUSTOMER = Column(
    "customer",
    "Kunde",
    value=lambda record: record.customer.name,
    load=("customer",),
    link=lambda record: record.customer,
    sort="customer.sort_name",
)


def document_links(kind: str, document: Base | None) -> Markup:
    """Links to the PDF and XML of an issued document."""
    if document is None:
        return Markup("")
    query = select(Rendition).where(Rendition.kind == kind, Rendition.document_id == document.id)
    links = [
        Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(
            url_for("documents.show", rendition_id=r.id, name=r.name), r.format.label
        )
        for r in db.session.scalars(query.order_by(Rendition.id))
    ]
    return Markup(" · ").join(links)


def documents_field(kind: str) -> Column:
    """The documents on a record page. No column of a list: every row would ask for its own."""
    return Column("documents", "Dokumente", value=lambda record: document_links(kind, record))
