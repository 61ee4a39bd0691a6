"""Calling off a course day, and what its participants get for it (spec COU-13)."""

from flask_login import current_user

from kutego.models import (
    CompensationState,
    CompensationWay,
    CourseDay,
    CourseDayState,
    DayCompensation,
    Right,
    company,
)
from kutego.operations.called_off_days import call_off_day, places_on, plan_call_off
from kutego.operations.day_compensations import compensate, waive_compensation
from kutego.operations.day_news import what_is_given
from kutego.texts import gettext as _
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.panel import (
    Button,
    CheckField,
    ChoiceField,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    Row,
    RowChoicesField,
    TabView,
    TextField,
)


class CallOffForm(PanelForm):
    way = ChoiceField("Ausgleich für alle", CompensationWay, default=CompensationWay.MONEY)
    ways = RowChoicesField("Für einzelne anders", coerce=CompensationWay)
    reason = TextField("Grund", required=False, description="Steht in der E-Mail an alle im Kurs.")
    send_mail = CheckField("Alle im Kurs per E-Mail benachrichtigen", default=True)
    send_sms = CheckField("Auch per SMS (kostet)")

    def prepare(self):
        ways = [w for w in CompensationWay if w is not CompensationWay.MONEY or may_pay()]
        self.way.narrow(ways)
        places = places_on(self.record) if self.record is not None else []
        choices = [("", _("wie alle")), *((way.value, way.label) for way in ways)]
        self.ways.offer([Row(str(p.id), str(p.participant), choices) for p in places])
        if not self.ways.rows:
            del self.ways
        if not company().sms_active:
            del self.send_sms


def may_pay() -> bool:
    """Whether one may give money: it changes invoices."""
    return current_user.may(Right.INVOICES_EDIT)


def call_off_lines(course_day: CourseDay, way, ways=None):
    """Who gets what, by the plan that the operation follows."""
    return plan_call_off(course_day, way=way, ways=ways).lines()


CALL_OFF = Button(
    call_off_day, CallOffForm, label="Tag absagen", icon="calendar-x", danger=True,
    done="Der Tag ist abgesagt. Der Ausgleich läuft im Hintergrund.", right=Right.COURSES_EDIT,
    preview=call_off_lines, live=True,
    help="Alle im Kurs bekommen den Preis des Tages gutgeschrieben, als Position auf der "
    "offenen Rechnung oder, wo bezahlt ist, als Guthaben; oder einen Nachholanspruch.",
    shown=lambda day: isinstance(day, CourseDay) and day.state is CourseDayState.PLANNED,
)  # fmt: skip


class WaiveForm(PanelForm):
    reason = TextField("Grund", most=250)


def is_open(compensation: DayCompensation) -> bool:
    """Whether something is still to be given."""
    return compensation.state is CompensationState.OPEN


class CourseCompensations(TabView):
    """What was given for the called-off days of a course."""

    model = DayCompensation
    slug, title, one = "compensations", "Ausgleich", "Ausgleich"
    has_records = False
    right = Right.COURSES_EDIT
    columns = (
        Column("course_day", "Abgesagter Tag", kind="date", load=("course_day",),
               value=lambda c: c.course_day.on, sort="course_day.on"),
        Column("participant", PARTICIPANT, load=("participant",), link=lambda c: c.participant,
               value=lambda c: c.participant.name, sort="participant.first_name"),
        Column("way", "Gewählt"),
        Column("given", "Gegeben", load=("invoice", "participant", "course_day.course_date"),
               value=what_is_given, exported=True),
        Column("amount", "Preis des Tages", total=True),
        Column("credited", "Davon Guthaben", total=True, shown=False),
        Column("state", "Status", badge=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", CompensationState),
        ChoiceFilter("way", "Gewählt", CompensationWay),
        DateFilter("done_at", "Gegeben am"),
    )
    buttons = (
        Button(compensate, None, label="Ausgleich jetzt geben", icon="arrow-clockwise", mass=True,
               done="Der Ausgleich ist noch einmal versucht worden.", right=Right.INVOICES_EDIT,
               shown=is_open),
        Button(waive_compensation, WaiveForm, label="Auf den Ausgleich verzichten", icon="x-circle",
               done="Für den Tag wird nichts mehr gegeben.", right=Right.INVOICES_EDIT, mass=True,
               danger=True, shown=is_open),
    )  # fmt: skip
    default_sort = "-course_day"
    empty = "Kein Tag dieses Kurses wurde abgesagt."

    def of_parent(self, query, parent_id):
        days = CourseDay.course_date_id == parent_id
        return query.where(DayCompensation.course_day.has(days))
