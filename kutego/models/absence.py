"""Absences: days on which somebody of the staff is not there."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.employee import Employee


class Absence(Base):
    """From and until which day; why, only as far as the staff want it to be known."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="span"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    note: Mapped[str | None]

    employee: Mapped[Employee] = relationship()

    def __str__(self) -> str:
        return f"{self.employee}, {self.starts_on:%d.%m.%Y} bis {self.ends_on:%d.%m.%Y}"
