"""The discount that stands in a new line before anybody types one."""

from decimal import Decimal
from functools import cached_property

from kutego.models import Customer, PositionKind
from kutego.money import ZERO
from kutego.operations.memberships import holder_discount
from kutego.views.panel import today


class WithHolderDiscount:
    """Part of the form of lines; it can be seen in the line and taken out."""

    customer: Customer

    def discount_for(self, kind: PositionKind) -> Decimal:
        """The permanent discount; for courses that of a membership where it is more (CON-29)."""
        own = self.customer.permanent_discount or ZERO
        return max(own, self.holder_discount) if kind is PositionKind.COURSE else own

    @cached_property
    def holder_discount(self) -> Decimal:
        """What comes off courses for whoever holds a membership."""
        return holder_discount(self.customer, today())
