"""How the people of a course day are written to: by mail or SMS, each customer once."""

from collections.abc import Iterable
from dataclasses import dataclass

from kutego.models import AttendanceValue, CourseDay, Customer, Right
from kutego.operations.participant_lines import ParticipantList, Person
from kutego.texts import gettext as _
from kutego.views.office.sms_buttons import sms_on
from kutego.views.panel.declared import Declared
from kutego.views.panel.places import view_of


@dataclass(frozen=True)
class Way:
    """A button that opens a form for the rows `ids`."""

    words: str
    icon: str
    url: str
    ids: list[int]


def ways_to(view: Declared, sheet: ParticipantList, day: CourseDay) -> list[Way]:
    """The buttons for everybody expected on the day, and for those who were there."""
    here = sheet.expected(day)
    present = [p for p in sheet.on(day) if p.marks.get(day.id) is AttendanceValue.ATTENDED]
    ways: list[Way] = []
    if view.may(Right.MESSAGES_MASS):
        url = f"{view_of(Customer).list_url}mass/write-to-chosen/"
        ways += [
            Way(_("Mail an alle des Tages"), "envelope", url, _customers(here)),
            Way(_("Mail an die Anwesenden"), "envelope", url, _customers(present)),
        ]
    if view.may(Right.MESSAGES_PAID) and sms_on():
        course = view_of(type(sheet.course_date)).record_url(sheet.course_date)
        url = f"{course}participants/mass/text-participant/"
        ways += [
            Way(_("SMS an alle des Tages"), "phone", url, _places(here)),
            Way(_("SMS an die Anwesenden"), "phone", url, _places(present)),
        ]
    return [way for way in ways if way.ids]


def _customers(people: Iterable[Person]) -> list[int]:
    return list(dict.fromkeys(person.customer_id for person in people))


def _places(people: Iterable[Person]) -> list[int]:
    """One place of each customer: who comes with two dogs gets one SMS."""
    places = {p.customer_id: p.enrolment_id for p in people if p.enrolment_id is not None}
    return [place for place in places.values() if place is not None]
