"""The forms of events: what, where, from when to when, and how one is called off."""

from sqlalchemy import select

from kutego.db import db
from kutego.models import Location, Settlement, company
from kutego.texts import marked as m
from kutego.views.office.appointment_choices import rooms
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    DateField,
    LongTextField,
    PanelForm,
    RecordField,
    TextField,
    TimeField,
)


def locations():
    """Locations in use."""
    query = select(Location).where(Location.is_active).order_by(Location.name)
    return db.session.scalars(query).all()


class EventForm(PanelForm):
    name = TextField(m("Titel"))
    day = DateField(m("Tag"))
    at = TimeField(m("Beginn"))
    until = TimeField(m("Ende"))
    until_day = DateField(m("Letzter Tag"), required=False,
                          description=m("Leer: am selben Tag."))  # fmt: skip
    location = RecordField(m("Standort"), locations, required=False)
    room = RecordField(m("Raum"), rooms, required=False,
                       description=m("Muss frei sein, wenn Tickets verkauft werden."))  # fmt: skip
    description = LongTextField(m("Beschreibung"))


class ChangeEventForm(EventForm):
    send_mail = CheckField(
        m("Allen mit Tickets neue senden, wenn sich Zeit oder Ort ändern"), default=True,
        description=m("Die Tickets bleiben gültig, auch die alten: Der Code ist derselbe."),
    )  # fmt: skip

    @classmethod
    def initial(cls, records):
        if not records:
            return {}
        event, zone = records[0], company().zone
        begin, end = event.begins_at.astimezone(zone), event.ends_at.astimezone(zone)
        same = {n: getattr(event, n) for n in ("name", "location", "room", "description")}
        until_day = None if end.date() == begin.date() else end.date()
        return {**same, "day": begin.date(), "at": begin.time(), "until": end.time(),
                "until_day": until_day, "send_mail": True}  # fmt: skip


class CancelEventForm(PanelForm):
    reason = TextField(m("Grund"), description=m("Steht auf den Stornorechnungen im Büro."))
    settlement = ChoiceField(m("Bezahltes Geld"), Settlement)
    send_mail = CheckField(m("Allen mit Tickets per E-Mail Bescheid geben"), default=True)
