"""Course dates, their days, and who is in them."""

from flask_login import current_user

from kutego.models import CourseDate, CourseDay, CourseDayState, Right
from kutego.views.office.course_columns import COURSE_COLUMNS, COURSE_FIELDS, COURSE_FILTERS
from kutego.views.office.course_enrolments import CourseEnrolments
from kutego.views.office.course_mailings import CourseMailings
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    TabView,
)


class CourseDays(TabView):
    model = CourseDay
    slug, title, one = "days", "Tage", "Kurstag"
    parent_key = "course_date_id"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    columns = (
        Column("on", "Tag"),
        Column("starts_at", "Von"),
        Column("ends_at", "Bis"),
        Column("state", "Status", badge=True),
    )
    filters = (
        DateFilter("on", "Tag"),
        ChoiceFilter("state", "Status", CourseDayState),
    )
    default_sort = "on"
    form_columns = ("on", "starts_at", "ends_at", "state")
    creates = True
    empty = "Noch keine Tage. Legen Sie an, wann der Kurs stattfindet."


class CourseDateView(RecordView):
    model = CourseDate
    slug, title, one, icon = "course_dates", "Kurstermine", "Kurstermin", "calendar3"
    category = "Kurse"
    right, edit_right = Right.COURSES_VIEW, Right.COURSES_EDIT
    creates = True
    columns, fields, filters = COURSE_COLUMNS, COURSE_FIELDS, COURSE_FILTERS
    search, search_hint = "title", "Titel"
    default_sort = "-starts_on"
    cards = (
        Card("Kurs", "title", "kind", "category", "description", "state"),
        Card("Ort und Zeit", "location", "instructor", "starts_on", "ends_on", "capacity"),
        Card("Preis", "price", "vat_rate", "term_template"),
    )
    form_columns = (
        "title", "kind", "description", "category_id", "location_id", "instructor_id",
        "starts_on", "ends_on", "price", "vat_rate", "term_template_id", "capacity",
        "dunning_run_id", "state",
    )  # fmt: skip
    tabs = (CourseEnrolments, CourseDays, CourseMailings)
    empty = "Es gibt noch keinen Kurstermin. Legen Sie den ersten an."

    def scope(self, query):
        """Who may not see all courses sees the own ones (spec ADM-06)."""
        query = super().scope(query)
        if current_user.may(Right.COURSES_ALL):
            return query
        return query.where(CourseDate.instructor_id == current_user.id)
