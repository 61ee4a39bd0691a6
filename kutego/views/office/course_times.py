"""The weekly times of a course date, which its days are made from (spec COU-02)."""

from kutego.models import CourseTime, Right
from kutego.operations.course_times import days_of_time, remove_time
from kutego.operations.day_plan import day_name
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.prefilled import prefilled
from kutego.views.panel import Button, Column, DateField, PanelForm, TabView, today


class RemoveTimeForm(PanelForm):
    days_from = DateField(
        m("Tage entfernen ab"), required=False, default=today,
        description=m("Leer: Alle Tage bleiben. Verschobene und abgesagte Tage bleiben immer, und "
                      "solche, zu denen schon etwas eingetragen ist."),
    )  # fmt: skip


def removed_lines(course_time, days_from):
    """The days that go with a weekly time."""
    found = days_of_time(course_time, days_from) if days_from else []
    return [_("%(day)s entfällt", day=day_name(day.on)) for day in found]


class CourseTimes(TabView):
    model = CourseTime
    slug, title, one, icon = "times", "Zeiten", "Zeit", "clock"
    parent_key = "course_date_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns = (
        Column("weekday", "Wochentag"),
        Column("starts_at", "Von"),
        Column("ends_at", "Bis"),
        Column("interval_weeks", "Alle … Wochen"),
    )
    default_sort = "weekday"
    form_columns = ("weekday", "starts_at", "ends_at", "interval_weeks")
    creates, has_records = True, False

    def create_form(self, obj=None):
        return prefilled(super().create_form(obj), "weekday", "starts_at")

    buttons = (
        Button(remove_time, RemoveTimeForm, label="Zeit entfernen", icon="trash", danger=True,
               done="Die Zeit ist entfernt.", right=Right.COURSES_EDIT, preview=removed_lines),
    )  # fmt: skip
    empty = "Noch keine Zeiten. Legen Sie an, an welchen Wochentagen der Kurs ist."
