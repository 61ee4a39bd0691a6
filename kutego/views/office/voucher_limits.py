"""What a voucher is good for, as its forms ask."""

from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    CourseCategory,
    CourseDate,
    CourseState,
    PaymentMethod,
    PositionKind,
    Product,
)
from kutego.operations.voucher_limits import LISTS, NEVER
from kutego.texts import marked as m
from kutego.views.office.position_labels import course_label
from kutego.views.panel import ChoicesField, PanelForm, RecordsField, today

LIMITS = ("kinds", *LISTS)


class RestField(ChoicesField):
    """How what a code leaves may be paid (spec PAY-08)."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        hint = m("Was nach dem Einlösen noch zu zahlen ist. Ohne Auswahl: alle erlaubten.")
        super().__init__(label, PaymentMethod, required=False, description=hint, **kwargs)
        self.type = ChoicesField.__name__  # by which the page knows how to show it


class LimitsForm(PanelForm):
    """Part of forms: what a code is good for; stands below everything else."""

    kinds = ChoicesField(
        "Nur für diese Arten von Positionen", PositionKind, required=False,
        description=m("Ohne Auswahl hier und darunter gilt der Code für alles."),
    )  # fmt: skip
    categories = RecordsField("Nur für diese Kurskategorien", required=False)
    courses = RecordsField("Nur für diese Kurstermine", required=False, text=course_label)
    products = RecordsField("Nur für diese Produkte", required=False)

    def prepare(self):
        never = {kind.value for kind in NEVER}
        self.kinds.choices = [c for c in self.kinds.choices if c.value not in never]
        self.categories.records = _active(CourseCategory, self.categories.data)
        self.products.records = _active(Product, self.products.data)
        held = (CourseDate.state != CourseState.CANCELLED) & (
            CourseDate.ends_on.is_(None) | (CourseDate.ends_on >= today())
        )
        known = held | CourseDate.id.in_(self.courses.data or ())
        query = select(CourseDate).where(known).order_by(CourseDate.title, CourseDate.starts_on)
        self.courses.records = list(db.session.scalars(query))
        for name in LISTS:
            if not self[name].records:
                del self[name]

    @property
    def shown_fields(self):
        """In their order, the limits last."""
        found = super().shown_fields
        return [f for f in found if f.name not in LIMITS] + [f for f in found if f.name in LIMITS]


def _active(model, chosen):
    query = select(model).where(model.is_active | model.id.in_(chosen or ())).order_by(model.name)
    return list(db.session.scalars(query))
