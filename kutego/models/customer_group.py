"""Groups: customer groups for prices and filters, recipient groups for mailings (spec COM-15)."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Table, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from kutego.db import Base
from kutego.models.customer import Customer


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

    member_count: Any

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


def _count(group: type[CustomerGroup] | type[RecipientGroup], members: Table) -> Any:
    """How many customers are in a group, computed where a list or page asks for it."""
    mine = select(func.count()).select_from(members).where(members.c.group_id == group.id)
    return column_property(mine.correlate(group).scalar_subquery(), deferred=True)


def _names(group: type[CustomerGroup] | type[RecipientGroup], members: Table) -> Any:
    """The names of a customer's groups, one in each line, in no order."""
    mine = (
        select(func.aggregate_strings(group.name, "\n"))
        .join(members, members.c.group_id == group.id)
        .where(members.c.customer_id == Customer.id)
    )
    return column_property(mine.correlate(Customer).scalar_subquery(), deferred=True)


CustomerGroup.member_count = _count(CustomerGroup, CUSTOMER_GROUP_MEMBERS)
RecipientGroup.member_count = _count(RecipientGroup, RECIPIENT_GROUP_MEMBERS)
Customer.customer_group_names = _names(CustomerGroup, CUSTOMER_GROUP_MEMBERS)
Customer.recipient_group_names = _names(RecipientGroup, RECIPIENT_GROUP_MEMBERS)
