"""The lines of a participant list: who it is, with which places, and what was recorded of them."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from kutego.models import AttendanceValue, CourseDate, CourseDay


class Pause(NamedTuple):
    """Days on which a contract rests, with the place kept or given to others."""

    first: date
    last: date
    keeps_place: bool


@dataclass
class Place:
    """A span in which somebody has a place."""

    enrolment_id: int
    first: date
    last: date | None  # None: open, or a contract that renews itself
    is_active: bool
    pauses: list[Pause] = field(default_factory=list)

    def covers(self, on: date) -> bool:
        """Whether the place is there on a day: not in a pause for which it was given up."""
        if on < self.first or (self.last is not None and on > self.last):
            return False
        return not self.pauses or not any(
            not p.keeps_place and p.first <= on <= p.last for p in self.pauses
        )

    def pause_on(self, on: date) -> Pause | None:
        """The pause of the contract that a day lies in."""
        return next((p for p in self.pauses if p.first <= on <= p.last), None)


@dataclass
class Person:
    """One line of the list."""

    id: int
    name: str
    customer_id: int
    customer: str
    rests: bool = False  # because an invoice is unpaid
    is_insured: bool = False  # against having to withdraw: then it matters who is ill
    places: list[Place] = field(default_factory=list)
    guest_on: set[int] = field(default_factory=set)  # days that are made up here
    marks: dict[int, AttendanceValue] = field(default_factory=dict)

    def is_on(self, day: CourseDay) -> bool:
        """Whether the person is expected on a day."""
        return day.id in self.guest_on or any(place.covers(day.on) for place in self.places)

    def is_guest_on(self, day: CourseDay) -> bool:
        """Whether the person is there on a day only to make another one up."""
        return day.id in self.guest_on and not any(place.covers(day.on) for place in self.places)

    @property
    def pauses(self) -> bool:
        """Whether a contract of theirs pauses on one of the days."""
        return any(place.pauses for place in self.places)

    def pause_on(self, day: CourseDay) -> Pause | None:
        """The pause for which nobody expects the person on a day; None who comes anyway."""
        if not self.pauses:
            return None
        on = [place for place in self.places if place.first <= day.on]
        if day.id in self.guest_on or any(p.covers(day.on) and not p.pause_on(day.on) for p in on):
            return None
        return next(filter(None, (place.pause_on(day.on) for place in on)), None)

    @property
    def is_guest(self) -> bool:
        """Whether the person only makes days up here."""
        return not self.places

    @property
    def enrolment_id(self) -> int | None:
        """The place that buttons work on: the newest that still runs."""
        active = [place.enrolment_id for place in self.places if place.is_active]
        return max(active, default=None)


@dataclass
class ParticipantList:
    """Days across, people down."""

    course_date: CourseDate
    days: list[CourseDay]
    people: list[Person]

    def on(self, day: CourseDay) -> list[Person]:
        """Whoever has a place on a day; who pauses comes last."""
        here = [person for person in self.people if person.is_on(day)]
        return sorted(here, key=lambda person: person.pause_on(day) is not None)

    def expected(self, day: CourseDay) -> list[Person]:
        """Whoever should come on a day: nobody whose contract pauses."""
        return [person for person in self.on(day) if person.pause_on(day) is None]

    def tally(self, day: CourseDay) -> dict[str, int]:
        """How many came, did not come, are not recorded yet, and pause."""
        marks = [person.marks[day.id] for person in self.on(day) if day.id in person.marks]
        blank = [person for person in self.people if day.id not in person.marks]
        there = marks.count(AttendanceValue.ATTENDED)
        return {
            "there": there,
            "missing": len(marks) - there,
            "open": sum(day.id not in person.marks for person in self.expected(day)),
            "paused": sum(person.pause_on(day) is not None for person in blank),
        }

    def holders(self, day: CourseDay) -> set[int]:
        """Who has a place on a day, guests left out."""
        return {
            person.id
            for person in self.people
            if any(place.is_active and place.covers(day.on) for place in person.places)
        }

    def taken(self, day: CourseDay) -> int:
        """How many places of a day are taken, guests among them (spec COU-11)."""
        guests = {person.id for person in self.people if day.id in person.guest_on}
        return len(guests | self.holders(day))

    def free(self, day: CourseDay) -> int | None:
        """How many guests a day can take; who signed off to make it up frees the place for it."""
        if self.course_date.capacity is None:
            return None
        off = {p.id for p in self.people if p.marks.get(day.id) is AttendanceValue.MAKE_UP}
        return self.course_date.capacity - self.taken(day) + len(off & self.holders(day))
