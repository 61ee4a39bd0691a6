"""What the list of course dates can show, and by what it is narrowed."""

from sqlalchemy import select

from kutego.models import (
    CourseCategory,
    CourseKind,
    CourseState,
    Location,
)
from kutego.views.office.colleagues import all_colleagues
from kutego.views.panel import ChoiceFilter, Column, DateFilter, RelationFilter, TextFilter

COURSE_COLUMNS = (
    Column("title", "Titel"),
    Column("kind", "Art", badge=True),
    Column("category", "Kategorie", value=lambda c: c.category and c.category.name,
           load=("category",), sort="category.name"),
    Column("location", "Standort", value=lambda c: c.location and c.location.name,
           load=("location",), sort="location.name"),
    Column("instructor", "Kursleitung", value=lambda c: c.instructor and c.instructor.name,
           load=("instructor.customer",), sort="instructor.customer.sort_name", shown=False),
    Column("starts_on", "Beginn"),
    Column("ends_on", "Ende"),
    Column("price", "Preis"),
    Column("vat_rate", "USt.", kind="percent", shown=False),
    Column("capacity", "Plätze"),
    Column("state", "Status", badge=True),
)  # fmt: skip
COURSE_FIELDS = (
    Column("dunning_run_id", "Mahnlauf (leer: der Standard)"),
    Column("description", "Beschreibung"),
    Column("instructor_id", "Kursleitung"),
    Column("category_id", "Kategorie"),
    Column("location_id", "Standort"),
    Column("term_template_id", "Laufzeitvorlage"),
    Column("term_template", "Laufzeit", value=lambda c: c.term_template),
)
COURSE_FILTERS = (
    TextFilter("title", "Titel"),
    ChoiceFilter("kind", "Art", CourseKind),
    ChoiceFilter("state", "Status", CourseState),
    RelationFilter("category_id", "Kategorie",
                   load=lambda: select(CourseCategory.id, CourseCategory.name)),
    RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    RelationFilter("instructor_id", "Kursleitung", load=all_colleagues),
    DateFilter("starts_on", "Beginn"),
)  # fmt: skip
