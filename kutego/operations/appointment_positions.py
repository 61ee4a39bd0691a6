"""Appointment positions: they take a slot and give it back (spec INV-18, EVT-01, EVT-02)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import Base, db
from kutego.errors import DomainError
from kutego.models import (
    Appointment,
    AppointmentState,
    AppointmentTemplate,
    Customer,
    Employee,
    Participant,
    Room,
    Unit,
)
from kutego.models.position import PositionColumns
from kutego.operations.appointment_mails import tell_appointment
from kutego.operations.appointment_making import make_appointment
from kutego.operations.appointment_rules import SlotTaken, refuse_lecturer
from kutego.operations.appointments import free_appointment
from kutego.operations.effect import Effect, Given, GoneMeanwhile, Sale, of_sale, sold_by
from kutego.operations.occupancy import calendars, span
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput


def check_appointment(_customer: Customer, line: "PositionInput") -> None:
    """A template in use, somebody who gives it, and a time; whether it is free is seen later."""
    template = _template(line)
    if template is None or not template.is_active:
        raise DomainError(_("Bitte auswählen, was für ein Termin es ist."))
    lecturer = db.session.get(Employee, line.lecturer_id) if line.lecturer_id else None
    if lecturer is None or line.begins_at is None:
        raise DomainError(_("Bitte auswählen, wann und mit wem der Termin ist."))
    refuse_lecturer(template, lecturer)
    if line.room_id is not None and db.session.get(Room, line.room_id) is None:
        raise DomainError(_("Diesen Raum gibt es nicht mehr."))
    if line.unit is Unit.PIECE and line.quantity != 1:
        raise DomainError(_("Eine Position ist ein Termin: Bitte die Menge 1 lassen und für "
                            "jeden weiteren Termin eine Position hinzufügen."))  # fmt: skip


def appointment_roots(line: PositionColumns) -> Iterable[Base]:
    """The lecturer and the room whose time is taken."""
    template, room_id = _template(line), line.room_id
    if room_id is None and template is not None:
        room_id = template.room_id
    room = db.session.get(Room, room_id) if room_id else None
    lecturer = db.session.get_one(Employee, line.lecturer_id)
    return calendars([lecturer], [room] if room else [])


def take_appointment(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Take the slot, and tell the customer where the sale is told of."""
    begins_at = cast(datetime, line.begins_at)  # see `check_appointment`
    if sale.offer_id is not None and begins_at < clock.now():
        raise DomainError(_("Der angebotene Termin ist schon vorbei."))
    try:
        appointment = make_appointment(
            sale.customer,
            db.session.get_one(AppointmentTemplate, line.appointment_template_id),
            db.session.get_one(Employee, line.lecturer_id),
            begins_at,
            participant=db.session.get(Participant, line.participant_id or 0),
            room=db.session.get(Room, line.room_id or 0),
            sold=sold_by(sale, line),
            confirmed=confirmed,
            by=by,
        )
    except SlotTaken as taken:
        if sale.offer_id is None:
            raise
        raise GoneMeanwhile(_gone(taken)) from None
    line.ends_at = appointment.ends_at
    if getattr(sale, "send_mail", True) and begins_at > clock.now():
        tell_appointment(appointment, "appointment_confirmed")


def _gone(taken: SlotTaken) -> str:
    """What whoever accepts an offer may know: not what else the lecturer does."""
    sentence = _("Der angebotene Termin ist inzwischen vergeben. Bitte melden Sie sich bei uns für "
                 "einen anderen.")  # fmt: skip
    return " ".join(filter(None, (sentence, taken.others)))


def appointments_given(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The appointments still to come; what was held or missed is over."""
    query = select(Appointment).where(
        of_sale(Appointment, sale, lines), Appointment.state == AppointmentState.PLANNED
    )
    return [
        Given(
            each,
            _("Der Termin „%(name)s“ am %(when)s wird abgesagt und ist wieder frei.",
              name=each, when=span(each.begins_at, each.ends_at)),
            free_appointment,
        )
        for each in db.session.scalars(query.order_by(Appointment.id))
    ]  # fmt: skip


def _template(line: "PositionInput | PositionColumns") -> AppointmentTemplate | None:
    return db.session.get(AppointmentTemplate, line.appointment_template_id or 0)


APPOINTMENT = Effect(
    check=check_appointment,
    roots=appointment_roots,
    take=take_appointment,
    given=appointments_given,
)
