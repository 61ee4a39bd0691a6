"""What the list of course dates can show, and by what it is narrowed."""

from dataclasses import dataclass

from sqlalchemy import select

from kutego.models import (
    CourseCategory,
    CourseKind,
    CourseState,
    Location,
    Room,
    lacks_instructor,
)
from kutego.operations.places import below_minimum
from kutego.views.office.colleagues import all_colleagues
from kutego.views.office.course_places import fullness, list_of_participants, told
from kutego.views.office.course_rules import COURSE_RULES
from kutego.views.office.house_words import LEVEL
from kutego.views.panel import (
    ChoiceFilter,
    Column,
    DateFilter,
    RelationFilter,
    TextFilter,
    YesNoFilter,
    today,
)


@dataclass(frozen=True)
class WithoutInstructor(YesNoFilter):
    """Courses that nobody leads, or one of whose days to come (spec COU-09)."""

    def condition(self, model, values):
        found = lacks_instructor(today())
        return found if self._wanted(values) else ~found


@dataclass(frozen=True)
class TooFew(YesNoFilter):
    """Courses that begin soon and that too few have signed up for."""

    def condition(self, model, values):
        found = below_minimum(today())
        return found if self._wanted(values) else ~found


COURSE_COLUMNS = (
    Column("title", "Titel"),
    Column("id", "Nr.", value=lambda c: str(c.id), sort="id", link=lambda c: c),
    Column("kind", "Art", badge=True),
    Column("category", "Kategorie", value=lambda c: c.category and c.category.name,
           load=("category",), sort="category.name"),
    Column("location", "Standort", value=lambda c: c.location and c.location.name,
           load=("location",), sort="location.name"),
    Column("instructor", "Kursleitung", value=lambda c: c.instructor and c.instructor.name,
           load=("instructor.customer",), sort="instructor.customer.sort_name", shown=False),
    Column("level", LEVEL, shown=False),
    Column("starts_on", "Beginn"),
    Column("ends_on", "Ende"),
    Column("price", "Preis"),
    Column("vat_rate", "USt.", kind="percent", shown=False),
    Column("max", "Max", value=told, sort="capacity", link=list_of_participants),
    Column("fullness", "Belegung", value=fullness, badge=True, shown=False),
    Column("room", "Raum", value=lambda c: c.room and c.room.name, load=("room",),
           sort="room.name", shown=False),
    Column("state", "Status", badge=True),
)  # fmt: skip
COURSE_FIELDS = (
    Column("instalments", "Raten (angebotene Anzahlen, zum Beispiel 2, 3, 6)"),
    Column("dunning_run_id", "Mahnlauf (leer: der Standard)"),
    Column("description", "Beschreibung"),
    Column("capacity", "Plätze höchstens"),
    Column("capacity_min", "Plätze mindestens"),
    Column("room_id", "Raum"),
    Column("skips_holidays", "An Feiertagen kein Kurs"),
    Column("skips_school_holidays", "In den Schulferien kein Kurs"),
    Column("weeks_ahead", "Tage im Voraus (Wochen)"),
    Column("follow_up", "Folgekurs", link=lambda c: c.follow_up, quiet=True),
    Column("instructor_id", "Kursleitung"),
    Column("category_id", "Kategorie"),
    Column("location_id", "Standort"),
    Column("term_template_id", "Laufzeitvorlage"),
    Column("term_template", "Laufzeit", value=lambda c: c.term_template),
    *COURSE_RULES,
)
COURSE_FILTERS = (
    TextFilter("title", "Titel"),
    ChoiceFilter("kind", "Art", CourseKind),
    ChoiceFilter("state", "Status", CourseState),
    RelationFilter("category_id", "Kategorie",
                   load=lambda: select(CourseCategory.id, CourseCategory.name)),
    TextFilter("level", LEVEL),
    RelationFilter("location_id", "Standort", load=lambda: select(Location.id, Location.name)),
    RelationFilter("instructor_id", "Kursleitung", load=all_colleagues),
    RelationFilter("room_id", "Raum", load=lambda: select(Room.id, Room.name)),
    WithoutInstructor("unled", "Ohne Kursleitung"),
    TooFew("few", "Beginnt bald, unter der Mindestzahl"),
    DateFilter("starts_on", "Beginn"),
)  # fmt: skip
