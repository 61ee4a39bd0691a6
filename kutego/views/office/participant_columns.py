"""What lists and the page of participants show, in the words of the house (spec PAR-02, 13)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from kutego.models import (
    CourseDate,
    Enrolment,
    EnrolmentState,
    FieldTarget,
    Gender,
    Participant,
    ParticipantNote,
    ParticipantState,
    Right,
    company,
)
from kutego.views.office.custom_columns import custom_cards, custom_columns
from kutego.views.office.custom_filters import custom_filters
from kutego.views.office.house_words import worded
from kutego.views.panel import Card, ChoiceFilter, Column, DateFilter, RelationFilter, TextFilter
from kutego.views.panel.filters import Filter


def courses_of(participant: Participant) -> str:
    """The courses somebody is in at the moment."""
    present = [e for e in participant.enrolments if e.state is EnrolmentState.ACTIVE]
    return ", ".join(dict.fromkeys(e.course_date.title for e in present))


def notes_of(participant: Participant) -> str:
    """All notes in one line, the newest first."""
    return " · ".join(" ".join(note.text.split()) for note in participant.notes)


def named() -> Mapping[str, str | None]:
    """The fields whose names are settings of the house; one without a name is not asked for."""
    house = company()
    return {
        "first_name": house.participant_first_name_label,
        "last_name": house.participant_last_name_label,
        "breed": house.participant_breed_label,
        "level": house.participant_level_label,
    }


COLUMNS = (
    Column("first_name", "Vorname"),
    Column("last_name", "Nachname"),
    Column("breed", "Rasse"),
    Column("level", "Stufe"),
    Column("customer", "Kunde", value=lambda p: p.customer.name, link=lambda p: p.customer,
           load=("customer",), sort="customer.sort_name"),
    Column("courses", "Kurse", value=courses_of, load=("enrolments.course_date",)),
    Column("birthday", "Geburtstag"),
    Column("gender", "Geschlecht", shown=False),
    Column("relation", "Beziehung", shown=False),
    Column("remark", "Interne Bemerkung", shown=False),
    Column("notes", "Notizen", value=notes_of, load=("notes",), shown=False, right=Right.NOTES),
    Column("created_at", "Angelegt", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip
FILTERS = (
    ChoiceFilter("state", "Status", ParticipantState),
    TextFilter("first_name", "Vorname"),
    TextFilter("last_name", "Nachname"),
    TextFilter("breed", "Rasse"),
    TextFilter("level", "Stufe"),
    ChoiceFilter("gender", "Geschlecht", Gender),
    DateFilter("birthday", "Geburtstag"),
    RelationFilter("course", "Kurs",
                   load=lambda: select(CourseDate.id, CourseDate.title).order_by(CourseDate.title),
                   column=Enrolment.course_date_id, via=Participant.enrolments),
    TextFilter("notes", "Notizen", column=ParticipantNote.text, via=Participant.notes,
               right=Right.NOTES),
    DateFilter("created_at", "Angelegt"),
)  # fmt: skip
FORM = ("first_name", "last_name", "breed", "level", "birthday", "gender", "relation", "remark")


class WithHouseWords:
    """Part of a view of participants: the house's names for fields, and its fields of its own."""

    title = worded("{participants}")
    one = worded("{participant}")

    def column_map(self) -> dict[str, Column]:
        """Named as the house names them; without what it does not ask for."""
        known: dict[str, Column] = super().column_map()  # type: ignore[misc]  # of the view
        own = {column.key: column for column in custom_columns(FieldTarget.PARTICIPANT)}
        return {**self._named(known), **own}

    def filter_map(self) -> dict[str, Filter]:
        """The filters under the same names."""
        known: dict[str, Filter] = super().filter_map()  # type: ignore[misc]  # of the view
        own = {each.key: each for each in custom_filters(FieldTarget.PARTICIPANT)}
        return {**self._named(known), **own}

    def shown_cards(self) -> list[Card]:
        """The cards of the declaration, and the one of the house's own fields."""
        cards = super().shown_cards()  # type: ignore[misc]  # of the view
        return [*cards, *custom_cards(FieldTarget.PARTICIPANT)]

    def _named(self, known: Mapping[str, Any]) -> dict[str, Any]:
        labels = named()
        return {
            key: replace(each, label=labels[key]) if key in labels else each
            for key, each in known.items()
            if labels.get(key, each.label)
        }

    def _stripped(self, form: Any) -> Any:
        form = super()._stripped(form)  # type: ignore[misc]  # of the view
        for key, label in named().items():
            if not label:
                del form[key]
            elif key in form:
                form[key].label.text = label
        return form
