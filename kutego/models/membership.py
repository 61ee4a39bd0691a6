"""Memberships: a regular fee that does not hang on a course date."""

from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.company import LongText, Percent
from kutego.models.terms import Activation, Terms, TrialEnd
from kutego.money import ZERO


class MembershipTemplate(Terms, Base):
    """The terms of a membership, from when it counts, and what its holders get.

    `holder_discount` comes off new course positions of whoever holds an active membership.
    """

    __tablename__ = "membership_template"
    __table_args__ = (CheckConstraint("interval_months between 1 and 24", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    description: Mapped[LongText | None]
    activation: Mapped[Activation] = mapped_column(default=Activation.AT_ONCE)
    trial_days: Mapped[int | None]
    trial_price: Mapped[Decimal] = mapped_column(default=ZERO)
    trial_end: Mapped[TrialEnd] = mapped_column(default=TrialEnd.CONTINUES)
    holder_discount: Mapped[Percent] = mapped_column(default=ZERO)
