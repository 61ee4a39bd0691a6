"""Calendar entries that went out with a mail: what stood in each, the file is made from it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.models.customer import Customer
from kutego.models.ids import Identified


class Invitation(Identified, Base):
    """One entry as it was told. The same row makes the same file, whenever it is asked for."""

    __tablename__ = "invitation"

    name: ClassVar[str] = "Termin.ics"
    media_type: ClassVar[str] = "text/calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()

    def __str__(self) -> str:
        return self.name
