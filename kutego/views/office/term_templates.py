"""The terms that contracts of running courses are made from."""

from kutego.models import TermTemplate
from kutego.texts import marked as m
from kutego.views.office.catalogue import CatalogueView
from kutego.views.office.template_columns import (
    TERMS_ARGS,
    TERMS_CARDS,
    TERMS_COLUMNS,
    TERMS_FIELDS,
    TERMS_FORM,
    TERMS_OVERRIDES,
)
from kutego.views.panel import Card, Column


class TermTemplateView(CatalogueView):
    model = TermTemplate
    slug, title, one = "term_templates", "Laufzeitvorlagen", "Laufzeitvorlage"
    icon, category = "calendar-range", "Kurse"
    columns = TERMS_COLUMNS
    fields = (*TERMS_FIELDS, Column("make_ups_per_interval", "Nachholtage je Zeitraum"))
    cards = (*TERMS_CARDS, Card("Nachholtage", "make_ups_per_interval"))
    form_columns = (*TERMS_FORM, "make_ups_per_interval", "is_active")
    form_args = {
        **TERMS_ARGS,
        "make_ups_per_interval": {"description": m("Leer: wie im Kurstermin.")},
    }
    form_overrides = TERMS_OVERRIDES
    empty = "Es gibt noch keine Laufzeit. Dauerkurse brauchen eine, um sich abzurechnen."
