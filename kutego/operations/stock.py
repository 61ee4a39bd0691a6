"""The stock of products: a sum of movements that are only ever added (spec EVT-05)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import MovementKind, Product, StockMovement
from kutego.money import ZERO, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.reasons import given_reason
from kutego.texts import gettext as _

MOST = 1_000_000


@operation
def count_stock(
    product: Product, *, counted: Decimal, reason: str, on: date, by: Actor
) -> StockMovement:
    """Say how many there really are. The first count begins the keeping of a stock."""
    reason = given_reason(reason, 200)
    if not is_amount(counted) or not 0 <= counted <= MOST:
        raise DomainError(_("Bitte eingeben, wie viele da sind, höchstens eine Million."))
    moved = counted - _sum_of_movements(product)
    product.stock = counted - moved
    made = add_movement(product, MovementKind.COUNTED, moved, reason=reason, by=by)
    log_activity(product, "product.counted", by=by, stock=counted)
    return made


@operation
def receive_stock(
    product: Product, *, quantity: Decimal, reason: str | None = None, on: date, by: Actor
) -> StockMovement:
    """Take in what was delivered."""
    if product.stock is None:
        raise DomainError(
            _("Von „%(name)s“ wird kein Bestand geführt. Bitte zuerst zählen.", name=product)
        )
    if not is_amount(quantity) or not 0 < quantity <= MOST:
        raise DomainError(_("Bitte eingeben, wie viele gekommen sind, höchstens eine Million."))
    why = given_reason(reason, 200) if reason else None
    made = add_movement(product, MovementKind.RECEIVED, quantity, reason=why, by=by)
    log_activity(product, "product.received", by=by, quantity=quantity, stock=product.stock)
    return made


@operation
def stop_counting(product: Product, *, on: date, by: Actor) -> None:
    """Keep no stock of the product any more. Its movements stay; a new count begins again."""
    if product.stock is None:
        raise DomainError(_("Von „%(name)s“ wird kein Bestand geführt.", name=product))
    product.stock = None
    log_activity(product, "product.uncounted", by=by)


# --- parts ------------------------------------------------------------------------------------


def add_movement(
    product: Product,
    kind: MovementKind,
    quantity: Decimal,
    *,
    reason: str | None = None,
    sold: dict[str, Any] | None = None,
    by: Actor,
) -> StockMovement:
    """Write a movement and the new stock. Joins a transaction that has locked the product."""
    product.stock = (product.stock or ZERO) + quantity
    made = StockMovement(
        product_id=product.id,
        kind=kind,
        quantity=quantity,
        stock=product.stock,
        reason=reason,
        at=clock.now(),
        by=_("Kunde") if by.is_outside else by.name,
        **(sold or {}),
    )
    db.session.add(made)
    return made


def _sum_of_movements(product: Product) -> Decimal:
    query = select(func.sum(StockMovement.quantity)).where(StockMovement.product_id == product.id)
    return db.session.scalar(query) or ZERO
