"""The days of a course date and the weekly times they are made from (spec COU-01, 02, 09, 10)."""

from typing import Any

from kutego.models import CourseDay, CourseDayState, CourseState, Right
from kutego.operations.course_day_changes import (
    move_day,
    name_topic,
    remove_day,
    replace_instructor,
)
from kutego.operations.course_days import add_day, make_days
from kutego.operations.day_plan import day_name, plan_days
from kutego.texts import gettext as _
from kutego.views.office.called_off_days import CALL_OFF
from kutego.views.office.course_day_forms import (
    AddDayForm,
    InstructorForm,
    MakeDaysForm,
    MoveDayForm,
    TopicForm,
)
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    Place,
    TabView,
    TextFilter,
    YesNoFilter,
)


def planned(record):
    """Whether a course, or the course of a day, still takes place."""
    if isinstance(record, CourseDay):
        return record.state is CourseDayState.PLANNED and planned(record.course_date)
    return record.state is not CourseState.CANCELLED


def plan_lines(course_date, first, until, number):
    """What would be made, what is left out, and what is in the way."""
    plan = plan_days(course_date, first=first, until=until, number=number)
    return plan.lines + [_("Achtung, %(what)s", what=what) for what in plan.conflicts]


EDIT: dict[str, Any] = {"right": Right.COURSES_EDIT, "shown": planned}
DAY_BUTTONS = (
    Button(make_days, MakeDaysForm, label="Tage erzeugen", icon="calendar-plus", primary=True,
           done="Die Tage sind angelegt.", place=Place.LIST, preview=plan_lines, **EDIT,
           help="Macht aus den Zeiten des Kurses Tage. Feiertage und Schließzeiten entfallen; was "
                "schon da ist, bleibt."),
    Button(add_day, AddDayForm, label="Einzelnen Tag anlegen", icon="plus-lg",
           done="Der Tag ist angelegt.", place=Place.LIST, **EDIT),
    Button(move_day, MoveDayForm, label="Verschieben", icon="calendar-range",
           done="Der Tag ist verschoben.", **EDIT),
    Button(replace_instructor, InstructorForm, label="Kursleitung vertreten", icon="person-badge",
           done="Die Kursleitung ist geändert.", mass=True, **EDIT),
    Button(name_topic, TopicForm, label="Tagesthema", icon="chat-left-text", mass=True,
           done="Das Tagesthema ist eingetragen.", **EDIT),
    CALL_OFF,
    Button(remove_day, None, label="Tag entfernen", icon="trash", mass=True, danger=True,
           done="Der Tag ist entfernt.", **EDIT,
           help="Für Tage, die versehentlich angelegt wurden. Fällt ein Tag aus, sagen Sie ihn "
                "besser ab: Dann erfahren es alle im Kurs."),
)  # fmt: skip
DAY_COLUMNS = (
    Column("on", "Tag", value=lambda d: day_name(d.on), sort="on"),
    Column("clock", "Uhrzeit", sort="starts_at"),
    Column("topic", "Tagesthema"),
    Column("led_by", "Kursleitung", load=("instructor.customer", "course_date.instructor.customer"),
           value=lambda d: d.led_by.name if d.led_by else _("niemand")),
    Column("held_in", "Raum", value=lambda d: d.held_in and d.held_in.name,
           load=("room", "course_date.room")),
    Column("planned_on", "Ursprünglich am", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip


class CourseDays(TabView):
    model = CourseDay
    slug, title, one, icon = "days", "Tage", "Kurstag", "calendar3"
    parent_key = "course_date_id"
    right = Right.COURSES_VIEW
    columns, buttons = DAY_COLUMNS, DAY_BUTTONS
    filters = (
        DateFilter("on", "Tag"),
        TextFilter("topic", "Tagesthema"),
        ChoiceFilter("state", "Status", CourseDayState),
        YesNoFilter("is_unled", "Ohne Kursleitung"),
    )
    default_sort = "on"
    cards = (Card("Tag", "on", "clock", "topic", "led_by", "held_in", "planned_on", "state"),)
    empty = "Noch keine Tage. Legen Sie unter „Zeiten“ fest, wann der Kurs ist, und erzeugen Sie \
hier die Tage."
