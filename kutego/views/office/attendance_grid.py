"""The cells of the participant list. There are thousands, so they are joined here, not looped."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select

from kutego.db import db
from kutego.models import AttendanceValue, CourseDay, Participant
from kutego.operations.participant_lines import ParticipantList, Pause, Person
from kutego.texts import gettext as _
from kutego.views.panel import Column
from kutego.views.panel.listing import Listing, chosen_columns

Cells = Callable[[Person], str]
MARKS = {value: f'<td data-v="{value.value}">{value.sign}</td>' for value in AttendanceValue}
OPEN, AWAY = "<td data-v></td>", "<td></td>"
PAUSED = '<td data-v data-pause title="{}"></td>'
GONE = '<td class="pause" title="{}">P</td>'


class DayListing(Listing):
    """A list with the days as columns, for its exports."""

    days: list[Column] = []

    @cached_property
    def extra(self) -> list[Column]:
        """What was chosen to stand between the name and the days."""
        return chosen_columns(self.view, self.preference)

    @property
    def columns(self) -> list[Column]:  # type: ignore[override]
        """The name first, then what was chosen, then the days."""
        own = [
            Column("name", "Name", value=lambda p: p.name, kind="text"),
            Column("customer", "Kunde", value=lambda p: p.customer.name, load=("customer",),
                   kind="text"),
        ]  # fmt: skip
        return [*own, *self.extra, *self.days]


def extra_facts(listing: DayListing, sheet: ParticipantList) -> dict[int, list[tuple[str, str]]]:
    """What stands in the chosen columns of each person: level, notes, the house's own fields."""
    columns = listing.extra
    if not columns or not sheet.people:
        return {}
    query = select(Participant).where(Participant.id.in_([person.id for person in sheet.people]))
    found = db.session.scalars(listing.query.loaded(query, columns))
    return {p.id: [(str(c.label), c.text(p)) for c in columns] for p in found}


def extra_cells(listing: DayListing, sheet: ParticipantList) -> Cells:
    """What writes the chosen columns of a person."""
    facts = extra_facts(listing, sheet)

    def cells(person: Person) -> str:
        known = facts.get(person.id, ())
        return "".join(f'<td class="extra">{escape(text)}</td>' for _label, text in known)

    return cells


def rows_of(sheet: ParticipantList, listing: DayListing) -> list[tuple[Person, Markup]]:
    """Each person with the cells of the line: the chosen columns, then the days."""
    extra = extra_cells(listing, sheet)
    return [
        (person, Markup(extra(person) + _marks(person, sheet)))  # noqa: S704  # escaped above
        for person in sheet.people
    ]


def _marks(person: Person, sheet: ParticipantList) -> str:
    marks, blank = person.marks, _paused if person.pauses else _plain
    return "".join(
        MARKS[marks[day.id]] if day.id in marks else blank(person, day) for day in sheet.days
    )


def _plain(person: Person, day: CourseDay) -> str:
    return OPEN if person.is_on(day) else AWAY


def _paused(person: Person, day: CourseDay) -> str:
    if (pause := person.pause_on(day)) is None:
        return _plain(person, day)
    return (PAUSED if person.is_on(day) else GONE).format(escape(paused_until(pause)))


def paused_until(pause: Pause) -> str:
    """What people read of a pause."""
    return _("Pause bis %(last)s", last=f"{pause.last:%d.%m.%Y}")


def day_columns(sheet: ParticipantList) -> list[Column]:
    """The days as columns of a spreadsheet."""
    people = {person.id: person for person in sheet.people}

    def column(day: Any) -> Column:
        def value(participant: Participant) -> str:
            person = people.get(participant.id)
            mark = person.marks.get(day.id) if person else None
            pause = person.pause_on(day) if person and mark is None else None
            return mark.label if mark else paused_until(pause) if pause else ""

        return Column(f"day_{day.id}", f"{day.on:%d.%m.%Y}", value=value, kind="text")

    return [column(day) for day in sheet.days]
