"""How a customer may pay for what an offer sells, and what is left of it to be paid."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kutego.errors import DomainError
from kutego.models import Offer, PaymentMethod, company
from kutego.models.position import PositionColumns
from kutego.money import ZERO
from kutego.operations.payment_methods import customer_methods, narrowing
from kutego.operations.pricing import price
from kutego.texts import gettext as _


def payment_choices(offer: Offer) -> list[PaymentMethod]:
    """How the customer may pay: as offered, or otherwise unless the office fixed the method."""
    sold = () if offer.method_locked else narrowing(offer.positions)
    return customer_methods(offer.payment_method, offer.method_locked, sold)


def chosen_method(offer: Offer, method: PaymentMethod | None) -> PaymentMethod:
    """What the customer chose, or what was offered."""
    if method is None:
        return offer.payment_method
    if method not in payment_choices(offer):
        raise DomainError(_("Diese Zahlungsart ist für das Angebot nicht vorgesehen."))
    return method


def rest_of(
    offer: Offer,
    parts: Sequence[Sequence[PositionColumns]],
    paid: Sequence[Mapping[int, Decimal]],
) -> Decimal:
    """What neither the codes (`paid` for each part) nor credit pay at once."""
    total = sum((price(lines, company()).gross for lines in parts), ZERO)
    return total - sum((sum(each.values(), ZERO) for each in paid), offer.customer.credit)
