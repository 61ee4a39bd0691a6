"""The tab of a course date with what is sent to its participants by itself (spec COM-12)."""

from kutego.models import CourseState, Mailing, MailingState, Right
from kutego.operations.mailings import plan_course_mailing
from kutego.views.office.mailing_buttons import MAILING_BUTTONS
from kutego.views.office.mailing_figures import figures_of, standing
from kutego.views.office.mailing_times import CourseMailingForm
from kutego.views.panel import Button, ChoiceFilter, Column, DateFilter, Place, TabView, place_of

PLAN = Button(
    plan_course_mailing, CourseMailingForm, label="Mitteilung planen", icon="clock", primary=True,
    done="Die Mitteilung geht zur geplanten Zeit hinaus.", place=Place.LIST,
    right=Right.MESSAGES_MASS, shown=lambda c: c.state is not CourseState.CANCELLED,
    help="Geht einmal an alle, die dann für den Kurs eingetragen sind. Platzhalter der Vorlage: "
         "auch {{ kurs }}, {{ kurstag }}, {{ uhrzeit }} und {{ kursort }}.",
)  # fmt: skip


class CourseMailings(TabView):
    model = Mailing
    slug, title, one = "mailings", "Mitteilungen", "Mitteilung"
    parent_key = "course_date_id"
    right = Right.MESSAGES_MASS
    columns = (
        Column("subject", "Betreff"),
        Column("scheduled_for", "Geplant für"),
        Column("course_day", "Kurstag", load=("course_day",), sort="course_day.on",
               value=lambda m: m.course_day and f"{m.course_day.on:%d.%m.%Y}"),
        Column("state", "Status", value=standing, badge=True, sort="state"),
        Column("recipients", "Empfänger"),
        Column("sent", "Gesendet", value=lambda m: figures_of(m).sent, kind="number"),
        Column("stop_reason", "Grund", shown=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", MailingState),
        DateFilter("scheduled_for", "Geplant"),
    )
    default_sort = "-scheduled_for"
    buttons = (PLAN, *(b for b in MAILING_BUTTONS if b.place is not Place.LIST))
    empty = "Noch nichts geplant. Eine Vorlage kann zum Beispiel am Tag vor dem Kurs von selbst \
an alle im Kurs gehen."

    def record_url(self, record):
        return place_of(record) or super().record_url(record)
