"""Templates of appointments and the weekly hours of lecturers: what must hold, copied, archived."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    AppointmentPlace,
    AppointmentTemplate,
    LecturerHours,
    Room,
)
from kutego.money import MOST, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.master_data import rule_for
from kutego.operations.pricing import RATES
from kutego.texts import gettext as _

COPIED = (
    "description", "category_id", "place", "location_id", "room_id", "duration_minutes",
    "buffer_minutes", "lead_hours", "price", "vat_rate",
)  # fmt: skip


@rule_for(AppointmentTemplate)
def check_template(template: AppointmentTemplate, by: Actor) -> None:
    """A length, a price, and a place where it is not the customer's."""
    _check_minutes(template)
    check_price(template.price, template.vat_rate)
    room = db.session.get(Room, template.room_id) if template.room_id else None
    template.place = template.place or AppointmentPlace.FIXED
    if template.place is not AppointmentPlace.FIXED:
        template.location_id = template.room_id = None
    elif room is not None:
        if template.location_id not in (None, room.location_id):
            raise DomainError(_("Der Raum gehört zu einem anderen Standort."))
        template.location_id = room.location_id
    elif template.location_id is None:
        raise DomainError(_("Bitte einen Standort wählen, oder dass der Ort vereinbart wird."))


@rule_for(LecturerHours)
def check_hours(hours: LecturerHours, by: Actor) -> None:
    """From before until, and not twice the same time."""
    if hours.from_time >= hours.to_time:
        raise DomainError(_("Die Zeit endet vor ihrem Beginn."))
    overlap = select(LecturerHours.id).where(
        LecturerHours.lecturer_id == hours.lecturer_id,
        LecturerHours.weekday == hours.weekday,
        LecturerHours.from_time < hours.to_time,
        LecturerHours.to_time > hours.from_time,
        LecturerHours.id != (hours.id or 0),
    )
    if db.session.scalar(overlap.limit(1)) is not None:
        raise DomainError(_("Für diesen Tag ist schon eine Zeit eingetragen, die sich damit "
                            "überschneidet."))  # fmt: skip


@operation
def copy_template(template: AppointmentTemplate, *, on: date, by: Actor) -> AppointmentTemplate:
    """A second template like the first, to be changed (spec COU-15)."""
    copy = AppointmentTemplate(
        name=_("%(name)s (Kopie)", name=template.name)[:200],
        lecturers=list(template.lecturers),
        **{name: getattr(template, name) for name in COPIED},
    )
    db.session.add(copy)
    log_activity(copy, "appointment_template.copied", by=by, source=template.id)
    return copy


@operation
def archive_template(template: AppointmentTemplate, *, on: date, by: Actor) -> None:
    """Take the template off the choices. Its appointments stay."""
    if not template.is_active:
        raise DomainError(_("„%(name)s“ ist schon archiviert.", name=template))
    template.is_active = False
    template.revision += 1
    log_activity(template, "appointment_template.archived", by=by)


@operation
def restore_template(template: AppointmentTemplate, *, on: date, by: Actor) -> None:
    """Offer the template again."""
    if template.is_active:
        raise DomainError(_("„%(name)s“ ist nicht archiviert.", name=template))
    template.is_active = True
    template.revision += 1
    log_activity(template, "appointment_template.restored", by=by)


@operation
def delete_hours(hours: LecturerHours, *, on: date, by: Actor) -> None:
    """Forget a weekly time. Appointments in it stay."""
    log_activity(hours, "lecturer_hours.deleted", by=by)
    db.session.delete(hours)


def check_price(price: Decimal | None, vat_rate: Decimal | None) -> None:
    """An amount in euros, and a rate that the tax office knows."""
    if price is None or not is_amount(price) or not 0 <= price <= MOST:
        raise DomainError(_("Bitte einen Preis in Euro und Cent eingeben."))
    if vat_rate is not None and vat_rate not in RATES:
        raise DomainError(_("Der Steuersatz ist 19, 7 oder 0 Prozent."))


def _check_minutes(template: AppointmentTemplate) -> None:
    for value, least, most, sentence in (
        (template.duration_minutes, 5, 1440, _("Ein Termin dauert 5 bis 1.440 Minuten.")),
        (template.buffer_minutes or 0, 0, 480, _("Die Pause danach dauert höchstens 480 Minuten.")),
        (template.lead_hours or 0, 0, 8760, _("Der Vorlauf ist höchstens ein Jahr.")),
    ):
        if value is None or not least <= value <= most:
            raise DomainError(sentence)
