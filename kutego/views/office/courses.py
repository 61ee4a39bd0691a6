"""Course dates, their days, and who is in them."""

from sqlalchemy import select

from kutego.models import (
    CourseCategory,
    CourseDate,
    CourseDay,
    CourseDayState,
    CourseKind,
    CourseState,
    Location,
    Right,
)
from kutego.views.office.course_enrolments import CourseEnrolments
from kutego.views.office.course_mailings import CourseMailings
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    RelationFilter,
    TabView,
    TextFilter,
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
    columns = (
        Column("title", "Titel"),
        Column("kind", "Art", badge=True),
        Column("category", "Kategorie", value=lambda c: c.category and c.category.name,
               load=("category",), sort="category.name"),
        Column("location", "Standort", value=lambda c: c.location and c.location.name,
               load=("location",), sort="location.name"),
        Column("starts_on", "Beginn"),
        Column("ends_on", "Ende"),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent", shown=False),
        Column("capacity", "Plätze"),
        Column("state", "Status", badge=True),
    )  # fmt: skip
    fields = (
        Column("dunning_run_id", "Mahnlauf (leer: der Standard)"),
        Column("description", "Beschreibung"),
        Column("instructor_id", "Kursleitung"),
        Column("category_id", "Kategorie"),
        Column("location_id", "Standort"),
        Column("term_template_id", "Laufzeitvorlage"),
        Column("instructor", "Kursleitung", value=lambda c: c.instructor and c.instructor.name),
        Column("term_template", "Laufzeit", value=lambda c: c.term_template),
    )
    filters = (
        TextFilter("title", "Titel"),
        ChoiceFilter("kind", "Art", CourseKind),
        ChoiceFilter("state", "Status", CourseState),
        RelationFilter("category_id", "Kategorie",
                       load=lambda: select(CourseCategory.id, CourseCategory.name)),
        RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
        DateFilter("starts_on", "Beginn"),
    )  # fmt: skip
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
