"""The PDF of a letter, and what letters and SMS cost by month."""

import csv
import io

from flask import Blueprint, Response, abort, render_template, request

from kutego.db import db
from kutego.models import Channel, Message, Right, company, message_costs
from kutego.operations.posting import has_pages, letter_pdf
from kutego.texts import gettext as _
from kutego.views.formats import month_name
from kutego.views.gate import needs
from kutego.views.panel import today
from kutego.views.panel.export import safe
from kutego.views.security import OFFICE_PREFIX

paid = Blueprint("paid", __name__, url_prefix=OFFICE_PREFIX)


@paid.get("/letters/<int:message_id>/brief.pdf")
@needs(Right.MESSAGES_VIEW)
def letter(message_id: int) -> Response:
    """The letter as it left, or as it would leave."""
    message = db.session.get(Message, message_id)
    if message is None or message.channel is not Channel.LETTER or not has_pages(message):
        abort(404)
    response = Response(letter_pdf(message), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"Brief-{message.id}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@paid.get("/message-costs")
@needs(Right.MESSAGES_PAID)
def costs() -> Response | str:
    """What letters and SMS cost, by month; `?format=csv` as a file."""
    months = message_costs(today(), company().zone)
    if request.args.get("format") == "csv":
        return _csv(months)
    return render_template("office/message_costs.html", months=months)


def _csv(months) -> Response:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    heads = ("Monat", "Briefe", "Kosten der Briefe", "SMS", "Teile der SMS", "Kosten der SMS",
             "Summe")  # fmt: skip
    writer.writerow([safe(_(head)) for head in heads])
    for month in months:
        sums = [f"{s:.4f}".replace(".", ",") for s in (month.letter_cost, month.sms_cost,
                                                       month.total)]  # fmt: skip
        row = (month_name(month.first), month.letters, sums[0], month.sms, month.parts, *sums[1:])
        writer.writerow([safe(str(cell)) for cell in row])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    name = f"kosten-{today():%Y-%m-%d}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
