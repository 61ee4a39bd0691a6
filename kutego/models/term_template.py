"""Term templates: what contracts of running courses are made from."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.models.terms import Terms


class TermTemplate(Terms, Base):
    """The terms a contract is made from: interval, price, minimum term, notice."""

    __tablename__ = "term_template"
    __table_args__ = (CheckConstraint("interval_months between 1 and 24", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    make_ups_per_interval: Mapped[int | None]  # None: as many as the course allows
