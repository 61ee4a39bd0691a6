"""What the office sells and where: locations, categories, terms, products. Master data, no more."""

from kutego.models import CourseCategory, Location, Product, Right, TermTemplate
from kutego.views.office.location_documents import LocationDocuments
from kutego.views.panel import Card, Column, RecordView, TextFilter, YesNoFilter

ACTIVE = Column("is_active", "Aktiv")


class CatalogueView(RecordView):
    """A list of master data that whoever teaches may see and the office may change."""

    right = Right.COURSES_VIEW
    edit_right = Right.COURSES_EDIT
    creates = True
    default_sort = "name"
    filters = (TextFilter("name", "Name"), YesNoFilter("is_active", "Aktiv"))


class LocationView(CatalogueView):
    model = Location
    slug, title, one, icon = "locations", "Standorte", "Standort", "geo-alt"
    category = "Unternehmen"
    columns = (
        Column("name", "Name"),
        Column("street", "Straße"),
        Column("postcode", "PLZ"),
        Column("city", "Ort"),
        ACTIVE,
    )
    cards = (Card("Standort", "name", "street", "postcode", "city", "is_active"),)
    form_columns = ("name", "street", "postcode", "city", "is_active")
    tabs = (LocationDocuments,)
    empty = "Es gibt noch keinen Standort. Legen Sie an, wo Ihre Kurse stattfinden."


class CourseCategoryView(CatalogueView):
    model = CourseCategory
    slug, title, one, icon = "course_categories", "Kurskategorien", "Kurskategorie", "tags"
    category = "Kurse"
    columns = (Column("name", "Name"), ACTIVE)
    cards = (Card("Kategorie", "name", "is_active"),)
    form_columns = ("name", "is_active")
    empty = "Es gibt noch keine Kategorie. Kategorien ordnen Ihre Kurse."


class TermTemplateView(CatalogueView):
    model = TermTemplate
    slug, title, one = "term_templates", "Laufzeitvorlagen", "Laufzeitvorlage"
    icon, category = "calendar-range", "Kurse"
    columns = (
        Column("name", "Name"),
        Column("price", "Preis je Zeitraum"),
        Column("vat_rate", "USt.", kind="percent"),
        Column("interval_months", "Zeitraum (Monate)"),
        Column("minimum_months", "Mindestlaufzeit (Monate)"),
        Column("notice_months", "Kündigungsfrist (Monate)"),
        ACTIVE,
    )
    cards = (
        Card("Laufzeit", "name", "interval_months", "minimum_months", "notice_months"),
        Card("Preis", "price", "vat_rate", "is_active"),
    )
    form_columns = (
        "name", "price", "vat_rate", "interval_months", "minimum_months", "notice_months",
        "is_active",
    )  # fmt: skip
    empty = "Es gibt noch keine Laufzeit. Dauerkurse brauchen eine, um sich abzurechnen."


class ProductView(CatalogueView):
    model = Product
    slug, title, one, icon = "products", "Produkte", "Produkt", "box-seam"
    category = "Kurse"
    columns = (
        Column("name", "Name"),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent"),
        ACTIVE,
    )
    cards = (Card("Produkt", "name", "price", "vat_rate", "is_active"),)
    fields = (Column("dunning_run_id", "Mahnlauf (leer: der Standard)"),)
    form_columns = ("name", "price", "vat_rate", "dunning_run_id", "is_active")
    empty = "Es gibt noch kein Produkt."
