"""Files of the office's own that go along with the confirmation of a booking, or of a location."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.location import Location

GENERAL = text("is_active AND location_id IS NULL")
OF_LOCATION = text("is_active AND location_id IS NOT NULL")


class Enclosure(Base):
    """One file, stored under its hash. Its content never changes: mails name the row.

    With a location it goes along where a course of that location is booked (spec DOC-10). Taken
    out of future mails (`is_active`) it stays, for the mails that carried it.
    """

    __tablename__ = "enclosure"
    __table_args__ = (
        Index(
            "uq_enclosure_name_general", "name",
            unique=True, sqlite_where=GENERAL, postgresql_where=GENERAL,
        ),
        Index(
            "uq_enclosure_location_id_name", "location_id", "name",
            unique=True, sqlite_where=OF_LOCATION, postgresql_where=OF_LOCATION,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    is_active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    location: Mapped[Location | None] = relationship()

    def __str__(self) -> str:
        return self.name
