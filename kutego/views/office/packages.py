"""Packages of units: what they cost, how long they hold and what they are good for."""

from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.models import CourseCategory, Package
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.catalogue import ACTIVE, CatalogueView
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.panel import Card, Column, RecordsField


class CategoriesField(RecordsField):
    """The categories whose courses take the units."""

    def __init__(
        self, label: str = "", validators: Any = None, allow_blank: bool = True, **kwargs: Any
    ) -> None:
        kwargs["description"] = kwargs.get("description") or m("Ohne Haken: für alle Kurse.")
        super().__init__(label, _categories, required=False, **kwargs)
        self.type = RecordsField.__name__  # by which the page knows how to show it


def _categories() -> list[CourseCategory]:
    return list(db.session.scalars(select(CourseCategory).order_by(CourseCategory.name)))


def good_for(package: Package) -> str:
    """The categories in one line."""
    return ", ".join(category.name for category in package.categories) or _("alle Kurse")


class PackageView(CatalogueView):
    model = Package
    slug, title, one, icon = "packages", "Pakete", "Paket", "collection-play"
    category = "Kurse"
    columns = (
        Column("name", "Name"),
        Column("units", "Einheiten"),
        Column("validity_months", "Gültig (Monate)"),
        Column("categories", "Für", value=good_for, load=("categories",)),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent"),
        ACTIVE,
    )
    fields = (METHODS,)
    cards = (
        Card("Paket", "name", "units", "validity_months", "categories"),
        Card("Preis", "price", "vat_rate", "payment_methods", "is_active"),
    )
    form_columns = (
        "name", "units", "validity_months", "categories", "price", "vat_rate", "payment_methods",
        "is_active",
    )  # fmt: skip
    form_overrides = {**METHOD_FIELD, "categories": CategoriesField}
    form_args = {
        "units": {"description": "Jede Einheit ist ein Kurstag."},
        "validity_months": {"description": "Vom Tag des Kaufs an. Leer: unbegrenzt."},
    }
    empty = "Es gibt noch kein Paket. Eine 10er-Karte etwa ist ein Paket mit zehn Einheiten."
