"""The door of an event: a code is scanned or typed, and the answer can be read from afar."""

from dataclasses import dataclass

from flask import abort, make_response, request
from flask_admin import expose
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, Event, Right, Ticket, TicketState
from kutego.operations.check_in import admit_ticket, admitted_text, ticket_of
from kutego.operations.ticket_codes import shown_code
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.texts import search_key
from kutego.views.panel import PanelForm, TextField, actor, place_of, today

LISTED = 50  # tickets at once


class CodeForm(PanelForm):
    code = TextField(m("Code"), most=100, render_kw={"autocomplete": "off", "autofocus": True})
    entrance = TextField(m("Eingang"), required=False, most=60, render_kw={"autocomplete": "off"})


@dataclass(frozen=True)
class Answer:
    """What the door is told: `look` is open, shut, or again where somebody is in already."""

    look: str
    title: str
    sentence: str
    ticket: Ticket | None = None


class CheckInPage:
    """Part of the view of events: the page behind the button "Einlass öffnen"."""

    @expose("/<int(max=2147483647):record_id>/check-in/", methods=("GET", "POST"))
    def check_in(self, record_id):
        """Ask for a code, and say whether its bearer comes in."""
        self.require(Right.CHECK_IN)
        event = self.get_one(record_id) or abort(404)
        form, answer = CodeForm(), None
        if form.validate_on_submit():
            answer = _answer(event, form.code.data, form.entrance.data)
            form.code.raw_data, form.code.data = None, ""
        name = request.args.get("q", "").replace("\x00", "").strip()[:100]
        page = self.render(
            "office/events/check_in.html", form=form, answer=answer, event=event, name=name,
            found=_by_name(event, name), most=LISTED, counts=_counts(event),
            url=self.url_to("check_in", record_id=event.id), shown_code=shown_code,
            ticket_url=place_of,
        )  # fmt: skip
        response = make_response(page)
        # the one page that may ask for the camera
        response.headers["Permissions-Policy"] = (
            "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response


def _answer(event, text, entrance):
    try:
        ticket = ticket_of(event, text)
    except DomainError as refusal:
        return Answer("shut", _("Nicht gültig"), str(refusal))
    was_in = ticket.state is TicketState.ADMITTED
    try:
        admit_ticket(ticket, entrance=entrance, on=today(), by=actor())
    except DomainError as refusal:
        if was_in:
            return Answer("again", _("Schon eingelassen"), admitted_text(ticket), ticket)
        return Answer("shut", _("Nicht gültig"), str(refusal), ticket)
    sentence = _("%(category)s, %(name)s", category=ticket.category.name, name=ticket.customer.name)
    return Answer("open", _("Gültig"), sentence, ticket)


def _counts(event: Event):
    """How many are in, and how many tickets hold, in one statement."""
    state = Ticket.state
    inside = func.count().filter(state == TicketState.ADMITTED)
    holding = func.count().filter(state != TicketState.VOID)
    return db.session.execute(select(inside, holding).where(Ticket.event_id == event.id)).one()


def _by_name(event: Event, name: str):
    """The tickets of whoever is called so; without a name, of everybody who is not here yet."""
    words = [Customer.search.contains(search_key(word), autoescape=True) for word in name.split()]
    query = (
        select(Ticket)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            Ticket.event_id == event.id,
            *(words or (Ticket.state == TicketState.VALID,)),
        )
        .options(joinedload(Ticket.customer), joinedload(Ticket.category))
        .order_by(Customer.sort_name, Ticket.id)
    )
    return db.session.scalars(query.limit(LISTED)).all()
