"""What the office sells and where: locations and categories. Master data, no more."""

from kutego.models import CourseCategory, Location, Right
from kutego.views.office.course_rules import (
    MAKE_UP_ARGS,
    MAKE_UP_FIELDS,
    MAKE_UP_FORM,
    MAKE_UP_OVERRIDES,
)
from kutego.views.office.location_documents import LocationDocuments
from kutego.views.office.location_tabs import LocationClosings, LocationHours, LocationRooms
from kutego.views.panel import Card, Column, RecordView, TextFilter, YesNoFilter
from kutego.views.panel.filters import Filter

ACTIVE = Column("is_active", "Aktiv")


class CatalogueView(RecordView):
    """A list of master data that whoever teaches may see and the office may change."""

    right = Right.COURSES_VIEW
    edit_right = Right.COURSES_EDIT
    creates = True
    default_sort = "name"
    filters: tuple[Filter, ...] = (
        TextFilter("name", "Name"),
        YesNoFilter("is_active", "Aktiv"),
    )


class LocationView(CatalogueView):
    model = Location
    slug, title, one, icon = "locations", "Standorte", "Standort", "geo-alt"
    category = "Unternehmen"
    columns = (
        Column("name", "Name"),
        Column("street", "Straße"),
        Column("postcode", "PLZ"),
        Column("city", "Ort"),
        Column("federal_state", "Feiertage wie in", shown=False),
        ACTIVE,
    )
    fields = (Column("federal_state", "Feiertage wie in (leer: wie der Betrieb)"),)
    cards = (Card("Standort", "name", "street", "postcode", "city", "federal_state", "is_active"),)
    form_columns = ("name", "street", "postcode", "city", "federal_state", "is_active")
    tabs = (LocationRooms, LocationHours, LocationClosings, LocationDocuments)
    empty = "Es gibt noch keinen Standort. Legen Sie an, wo Ihre Kurse stattfinden."


class CourseCategoryView(CatalogueView):
    model = CourseCategory
    slug, title, one, icon = "course_categories", "Kurskategorien", "Kurskategorie", "tags"
    category = "Kurse"
    columns = (Column("name", "Name"), ACTIVE)
    fields = MAKE_UP_FIELDS
    cards = (Card("Kategorie", "name", "is_active"), Card("Nachholtage", *MAKE_UP_FORM))
    form_columns = ("name", "is_active", *MAKE_UP_FORM)
    form_args, form_overrides = MAKE_UP_ARGS, MAKE_UP_OVERRIDES
    empty = "Es gibt noch keine Kategorie. Kategorien ordnen Ihre Kurse."
