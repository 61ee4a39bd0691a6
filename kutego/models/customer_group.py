"""Groups: customer groups for prices and filters, recipient groups for mailings (spec COM-15)."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base


def _members(group: str) -> Table:
    """The table of who is in which group; a group forgets its members, a customer does not."""
    return Table(
        f"{group}_member",
        Base.metadata,
        Column("group_id", ForeignKey(f"{group}.id", ondelete="CASCADE"), primary_key=True),
        Column(
            "customer_id",
            ForeignKey("customer.id", ondelete="RESTRICT"),
            primary_key=True,
            index=True,
        ),
    )


class Group:
    """What both kinds of group have. An inactive one is not offered any more."""

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    remark: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name


class CustomerGroup(Group, Base):
    """A segment of the customers: prices, discounts and filters go by it."""

    __tablename__ = "customer_group"


class RecipientGroup(Group, Base):
    """Customers who get the same mailings."""

    __tablename__ = "recipient_group"


CUSTOMER_GROUP_MEMBERS = _members("customer_group")
RECIPIENT_GROUP_MEMBERS = _members("recipient_group")
