"""Locations: where courses take place."""

from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base


class Location(Base):
    """Where courses take place."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
