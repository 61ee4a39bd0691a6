"""What a list of make-up days shows, finds and does; the same everywhere it stands."""

from functools import reduce
from operator import or_

from flask_login import current_user
from sqlalchemy import select

from kutego.models import (
    CourseCategory,
    CourseDate,
    CourseDay,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    MakeUpStatus,
    Right,
    make_up_status_is,
)
from kutego.operations.make_up_days import change_day, release_claim, use_claim
from kutego.operations.make_ups import give_claim, reset_claim
from kutego.views.office.day_names import day_and_time
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.make_up_forms import GoodwillForm, ResetForm, UseForm
from kutego.views.panel import (
    Button,
    ChoiceFilter,
    Column,
    DateFilter,
    RelationFilter,
    today,
)


class StatusFilter(ChoiceFilter):
    """The status of today, in SQL as for one record in Python."""

    def condition(self, model, values):
        return reduce(or_, (make_up_status_is(s, today()) for s in self._chosen(values)))


def used_on(claim: MakeUpClaim) -> str | None:
    """The day that the claim is spent on, and where."""
    day = claim.used_day
    return f"{day_and_time(day)}, {day.course_date.title}" if day else None


MAKE_UP_COLUMNS = (
    Column("participant", PARTICIPANT, value=lambda c: c.participant.name, load=("participant",),
           sort="participant.first_name"),
    Column("course_date", "Herkunft", value=lambda c: c.course_date.title, load=("course_date",),
           link=lambda c: c.course_date, sort="course_date.title"),
    Column("missed_on", "Versäumt am"),
    Column("reason", "Grund", badge=True),
    Column("expires_on", "Gilt bis"),
    Column("status", "Status", value=lambda c: c.status(today()), badge=True, sort="state"),
    Column("used_day", "Nachgeholt am", value=used_on, load=("used_day.course_date",),
           sort="used_day.on"),
    Column("granted_on", "Eingetragen am", shown=False),
    Column("reset_on", "Zurückgesetzt am", shown=False),
)  # fmt: skip
MAKE_UP_FILTERS = (
    StatusFilter("status", "Status", MakeUpStatus),
    ChoiceFilter("reason", "Grund", MakeUpReason),
    RelationFilter("course", "Kurstermin", column=MakeUpClaim.course_date_id,
                   load=lambda: select(CourseDate.id, CourseDate.title)),
    RelationFilter("category", "Kategorie", column=CourseDate.category_id,
                   via=MakeUpClaim.course_date,
                   load=lambda: select(CourseCategory.id, CourseCategory.name)),
    DateFilter("missed_on", "Versäumt am"),
    DateFilter("expires_on", "Gilt bis"),
)  # fmt: skip


def is_open(claim: MakeUpClaim) -> bool:
    """Whether it can still be spent."""
    return claim.status(today()) is MakeUpStatus.OPEN


def is_used(claim: MakeUpClaim) -> bool:
    """Whether it is spent on a day."""
    return claim.state is MakeUpState.USED


MAKE_UP_BUTTONS = (
    Button(use_claim, UseForm, label="In einen Tag eintragen", icon="calendar-plus", primary=True,
           done="Der Nachholtag ist eingetragen.", right=Right.ATTENDANCE, shown=is_open),
    Button(change_day, UseForm, label="Tag ändern", icon="calendar-range", primary=True,
           done="Der Nachholtag ist verlegt.", right=Right.ATTENDANCE, shown=is_used),
    Button(release_claim, None, label="Austragen", icon="x-circle", mass=True,
           done="Der Nachholtag ist wieder offen.", right=Right.ATTENDANCE, shown=is_used),
    Button(reset_claim, ResetForm, label="Zurücksetzen", icon="trash", mass=True, danger=True,
           done="Der Nachholtag ist entfernt.", right=Right.COURSES_EDIT,
           shown=lambda c: c.state is MakeUpState.OPEN,
           help="Der Nachholtag wird entfernt. Der Kunde bekommt ihn nicht zurück."),
)  # fmt: skip
GIVE = Button(
    give_claim, GoodwillForm, label="Nachholtag aus Kulanz geben", icon="calendar-plus",
    done="Der Nachholtag ist eingetragen.", right=Right.COURSES_EDIT,
)  # fmt: skip


def of_own_courses(query, column):
    """Who may not see all courses sees what comes from the own ones (spec ADM-06)."""
    if current_user.may(Right.COURSES_ALL):
        return query
    stands_in = select(CourseDay.course_date_id).where(CourseDay.instructor_id == current_user.id)
    mine = select(CourseDate.id).where(
        or_(CourseDate.instructor_id == current_user.id, CourseDate.id.in_(stands_in))
    )
    return query.where(column.in_(mine))
