"""The short lists that have a name, a price and a rate, all in one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from kutego.db import db
from kutego.models import MembershipTemplate, Package, Product, TermTemplate, VoucherTemplate
from kutego.views.office.position_found import Wanted

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


def articles(
    wanted: Mapping[str, Wanted], fields: Iterable[str] = tuple(ARTICLES)
) -> dict[str, list[Any]]:
    """By field, what is sold, by name; what is out of use only where a line has it."""
    found: dict[str, list[Any]] = {name: [] for name in fields}
    parts = [_part(name, ARTICLES[name], wanted[name]) for name in found]
    rows = union_all(*(select(part.subquery()) for part in parts))
    for field, *values in db.session.execute(rows):
        found[field].append(Article(*values))
    return {
        field: sorted(each, key=lambda article: article.name.casefold())
        for field, each in found.items()
    }


def _part(field: str, model: Any, wanted: Wanted) -> Select[Any]:
    query = select(
        literal(field).label("field"), model.id.label("id"), model.name.label("name"),
        model.price.label("price"), model.vat_rate.label("vat_rate"),
    )  # fmt: skip
    return wanted.of(query, model, model.is_active, model.name).order_by(model.name, model.id)
