"""The forms of room rentals: which room, for whom, from when to when."""

from kutego.models import Customer, company
from kutego.texts import marked as m
from kutego.views.office.appointment_choices import rooms
from kutego.views.office.appointment_forms import WhoFirst
from kutego.views.panel import (
    CheckField,
    DateField,
    LongTextField,
    LookupField,
    PanelForm,
    RecordField,
    TimeField,
    today,
)


class TimesForm(PanelForm):
    """Which room, from when to when."""

    room = RecordField(m("Raum"), rooms)
    day = DateField(m("Tag"), default=today)
    at = TimeField(m("Von"))
    until = TimeField(m("Bis"))
    until_day = DateField(m("Letzter Tag"), required=False,
                          description=m("Leer: am selben Tag."))  # fmt: skip


class RentForm(TimesForm):
    remark = LongTextField(m("Bemerkung"), description=m("Der Kunde sieht sie nicht."))
    send_mail = CheckField(m("Bestätigung mit Kalendereintrag per E-Mail senden"), default=True)


class BookForm(WhoFirst, RentForm):
    customer = LookupField(m("Kunde"), model=Customer)


class TellForm(PanelForm):
    send_mail = CheckField(m("Dem Kunden per E-Mail Bescheid geben"), default=True)


class MoveForm(TimesForm):
    send_mail = CheckField(m("Dem Kunden per E-Mail Bescheid geben"), default=True)

    @classmethod
    def initial(cls, records):
        if not records:
            return {}
        zone = company().zone
        begin, end = (at.astimezone(zone) for at in (records[0].begins_at, records[0].ends_at))
        until_day = None if end.date() == begin.date() else end.date()
        return {"room": records[0].room, "day": begin.date(), "at": begin.time(),
                "until": end.time(), "until_day": until_day, "send_mail": True}  # fmt: skip
