"""The short lists that have a name, a price and a rate, all in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from kutego.db import db
from kutego.models import MembershipTemplate, Package, Product, TermTemplate, VoucherTemplate

ARTICLES: dict[str, Any] = {
    "term_template_id": TermTemplate,
    "product_id": Product,
    "package_id": Package,
    "voucher_template_id": VoucherTemplate,
    "membership_template_id": MembershipTemplate,
}


@dataclass(frozen=True)
class Article:
    """As much of an article as a line needs."""

    id: int
    name: str
    price: Decimal
    vat_rate: Decimal

    def __str__(self) -> str:
        return self.name


def articles(used: Mapping[str, set[int]], most: int) -> dict[str, list[Article]]:
    """By field, what is sold, by name; what is out of use only where a line has it."""
    found: dict[str, list[Article]] = {name: [] for name in ARTICLES}
    parts = [_part(name, model, used[name], most) for name, model in ARTICLES.items()]
    rows = union_all(*(select(part.subquery()) for part in parts))
    for field, *values in db.session.execute(rows):
        found[field].append(Article(*values))
    return {
        field: sorted(each, key=lambda article: article.name.casefold())
        for field, each in found.items()
    }


def _part(field: str, model: Any, used: set[int], most: int) -> Select[Any]:
    is_used = model.id.in_(used)
    return (
        select(
            literal(field).label("field"), model.id.label("id"), model.name.label("name"),
            model.price.label("price"), model.vat_rate.label("vat_rate"),
        )
        .where(model.is_active | is_used)
        .order_by(is_used.desc(), model.name, model.id)
        .limit(most)
    )  # fmt: skip
