"""Product positions: they take pieces from the stock, where one is kept."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Customer, MovementKind, Product, SoldOut, StockMovement
from kutego.models.position import PositionColumns
from kutego.money import ZERO, percent
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.operations.stock import add_movement
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput


def check_product(_customer: Customer, line: "PositionInput") -> None:
    """A product of the list; how many there are is looked at when they are taken."""
    if line.product_id is None:
        raise DomainError(_("Bitte ein Produkt auswählen."))
    if db.session.get(Product, line.product_id) is None:
        raise DomainError(_("Dieses Produkt gibt es nicht mehr."))


def product_roots(line: PositionColumns) -> Iterable[Product]:
    """The product, where its pieces are counted."""
    product = _product(line)
    return (product,) if product is not None and product.stock is not None else ()


def take_product(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Take the pieces from the stock; sold out asks (code "sold_out") or refuses, as it is set."""
    product = _product(line)
    if product is None or product.stock is None:
        return
    if product.stock < line.quantity:
        _refuse_sold_out(product, line.quantity, confirmed)
    add_movement(
        product, MovementKind.SOLD, ZERO - line.quantity, sold=sold_by(sale, line), by=by
    )  # fmt: skip


def products_sold(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The pieces that these positions took and that were not brought back yet."""
    query = (
        select(func.max(StockMovement.id))
        .where(of_sale(StockMovement, sale, lines))
        .group_by(StockMovement.position_key)
        .having(func.sum(StockMovement.quantity) < 0)
    )
    last = select(StockMovement).where(StockMovement.id.in_(query)).order_by(StockMovement.id)
    return [
        Given(
            movement,
            _("%(count)s × „%(product)s“ kommt zurück in den Bestand.",
              count=percent(_outstanding(movement)), product=movement.product),
            return_pieces,
        )
        for movement in db.session.scalars(last)
        if movement.product.stock is not None
    ]  # fmt: skip


def return_pieces(movement: StockMovement, *, on: date, by: Actor) -> None:
    """Bring back what the position of this movement has still taken."""
    quantity = _outstanding(movement)
    if quantity <= 0 or movement.product.stock is None:
        return
    sold = {name: getattr(movement, name) for name in ("invoice_id", "booking_id", "position_key")}
    add_movement(movement.product, MovementKind.RETURNED, quantity, sold=sold, by=by)


PRODUCT = Effect(
    check=check_product,
    roots=product_roots,
    take=take_product,
    given=products_sold,
    books=False,
    counts=True,
)


# --- parts ------------------------------------------------------------------------------------


def _product(line: PositionColumns) -> Product | None:
    return db.session.get(Product, line.product_id) if line.product_id else None


def _outstanding(movement: StockMovement) -> Decimal:
    query = select(func.sum(StockMovement.quantity)).where(
        StockMovement.position_key == movement.position_key,
        StockMovement.invoice_id.is_not_distinct_from(movement.invoice_id),
        StockMovement.booking_id.is_not_distinct_from(movement.booking_id),
    )
    return -(db.session.scalar(query) or ZERO)


def _refuse_sold_out(product: Product, quantity: Decimal, confirmed: frozenset[str]) -> None:
    left = max(product.stock or ZERO, ZERO)
    facts = {"product": product, "left": percent(left), "wanted": percent(quantity)}
    if product.sold_out is SoldOut.REFUSE:
        raise DomainError(
            _("„%(product)s“ ist ausverkauft: %(wanted)s verlangt, %(left)s da. "
              "Bitte die Menge ändern oder den Bestand zählen.", **facts)
        )  # fmt: skip
    if "sold_out" not in confirmed:
        raise NeedsConfirmation(
            "sold_out",
            _("Von „%(product)s“ sind nur %(left)s da, verlangt sind %(wanted)s. "
              "Soll trotzdem verkauft werden?", **facts),
        )  # fmt: skip
