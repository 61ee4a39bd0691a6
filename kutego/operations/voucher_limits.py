"""What a code is good for: categories, single courses and products, or kinds of positions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.models import Contract, CourseCategory, CourseDate, PositionKind, Product
from kutego.models.position import PositionColumns
from kutego.money import ZERO

LISTS: dict[str, type[Any]] = {
    "categories": CourseCategory,
    "courses": CourseDate,
    "products": Product,
}
# What no code pays for: a code for a code would never end, the others are no service of ours.
NEVER = (PositionKind.VOUCHER, PositionKind.DUNNING_FEE, PositionKind.DAY_CREDIT)


def limits_of(
    categories: Sequence[CourseCategory] = (),
    courses: Sequence[CourseDate] = (),
    products: Sequence[Product] = (),
    kinds: Sequence[PositionKind] = (),
) -> dict[str, Any] | None:
    """As a voucher or template keeps it; None where everything is allowed."""
    found: dict[str, list[Any]] = {
        "categories": [record.id for record in categories],
        "courses": [record.id for record in courses],
        "products": [record.id for record in products],
        "kinds": [kind.value for kind in kinds],
    }
    return {name: ids for name, ids in found.items() if ids} or None


def limited_to(limits: dict[str, Any] | None, name: str) -> list[Any]:
    """The records of one of the lists, or the kinds of positions."""
    ids = (limits or {}).get(name, [])
    if name == "kinds":
        return [PositionKind(value) for value in ids]
    model = LISTS[name]
    return list(db.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)))


def limit_names(limits: dict[str, Any] | None) -> list[str]:
    """What it is good for in words, none where it is good for everything."""
    names = [str(record) for name in LISTS for record in limited_to(limits, name)]
    return names + [kind.label for kind in limited_to(limits, "kinds")]


def is_good_for(limits: dict[str, Any] | None, line: PositionColumns) -> bool:
    """Whether the line is among what a code with these limits is good for."""
    if line.kind in NEVER or line.unit_price < ZERO:
        return False
    if not limits:
        return True
    course = _course_of(line)
    return (
        line.kind.value in limits.get("kinds", ())
        or (line.product_id is not None and line.product_id in limits.get("products", ()))
        or (course is not None and course.id in limits.get("courses", ()))
        or (course is not None and course.category_id in limits.get("categories", ()))
    )


def _course_of(line: PositionColumns) -> CourseDate | None:
    """The course itself, or that of the contract whose period is billed."""
    if line.course_date_id is not None:
        return db.session.get(CourseDate, line.course_date_id)
    contract = db.session.get(Contract, line.contract_id) if line.contract_id else None
    return contract.course_date if contract is not None else None
