"""Files of the office's own that go along with the confirmation of a booking."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base

ACTIVE = text("is_active")


class Enclosure(Base):
    """One file, stored under its hash. Its content never changes: mails name the row.

    Taken out of future mails (`is_active`) it stays, for the mails that carried it.
    """

    __tablename__ = "enclosure"
    __table_args__ = (
        Index(
            "uq_enclosure_name_active", "name",
            unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    is_active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str]

    def __str__(self) -> str:
        return self.name
