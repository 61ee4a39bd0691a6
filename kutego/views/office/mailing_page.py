"""The page of a mailing: who would get it, the mail for one of them, and how far it is."""

from flask import abort, jsonify, request
from flask_admin import expose
from sqlalchemy import select

from kutego.db import db
from kutego.models import Customer, company
from kutego.operations.audiences import counted, first_recipients
from kutego.operations.mailing_texts import EXAMPLE, writer
from kutego.operations.mailings import files_of
from kutego.views.office.documents import file_url
from kutego.views.office.mailing_figures import (
    figures_of,
    is_under_way,
    reasons_of,
    told_audience,
)
from kutego.views.panel import today


class MailingPage:
    """Part of `MailingView`."""

    @expose("/<int(max=2147483647):record_id>/progress/")
    def progress_view(self, record_id):
        """How far it is, for the page that asks every second."""
        record = self.get_one(record_id)
        if record is None:
            abort(404)
        figures = figures_of(record)
        state = "running" if is_under_way(record) else record.state.value
        return jsonify(state=state, total=record.recipients, rate=None, left=None,
                       touched=figures.written - figures.waiting)  # fmt: skip

    def record_context(self, record):
        """Before it starts: who would get it, and the mail for one of them. Then: how far it is."""
        context = {
            "audience": told_audience(record),
            "files": [(file.name, file_url(file)) for file in files_of(record)],
            "figures": figures_of(record), "is_under_way": is_under_way(record),
        }  # fmt: skip
        if not record.is_open:
            return context | {"reasons": reasons_of(record), "readers": []} | self._mail(record, [])
        counts = counted(record, today())
        readers = first_recipients(record, today())
        count = counts.pop(None, 0)
        return (
            context
            | {"count": count, "reasons": counts, "readers": readers}
            | self._mail(record, readers)
        )

    def _mail(self, record, readers):
        """The mail as somebody gets it: as the address of the page asks, else as the first one."""
        asked = request.args.get("customer", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
        reader = db.session.get(Customer, number) if number else None
        reader = (
            reader
            or next(iter(readers), None)
            or db.session.scalar(select(Customer).order_by(Customer.id).limit(1))
        )
        if reader is None:
            return {"reader": None}
        subject, body = writer(record, company())(reader, EXAMPLE)
        return {"reader": reader, "mail_subject": subject, "mail_body": body}
