"""Fields that the house adds to customers and participants, and what stands in them (ADM-08)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText
from kutego.models.customer import Customer
from kutego.models.participant import Participant

OF_CUSTOMER = text("participant_id is null")
OF_PARTICIPANT = text("participant_id is not null")


class FieldTarget(Labelled):
    CUSTOMER = "customer", "Kunde"
    PARTICIPANT = "participant", "{participant}"


class FieldKind(Labelled):
    TEXT = "text", "Text"
    LONG_TEXT = "long_text", "Mehrzeiliger Text"
    NUMBER = "number", "Zahl"
    DATE = "date", "Datum"
    YES_NO = "yes_no", "Ja oder nein"
    CHOICE = "choice", "Auswahl"
    FILE = "file", "Datei"


class CustomField(Base):
    """One field of the house's own. In use it can be deactivated; its kind never changes."""

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("target", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    target: Mapped[FieldTarget] = mapped_column(default=FieldTarget.CUSTOMER)
    label: Mapped[str] = mapped_column(String(80))
    kind: Mapped[FieldKind] = mapped_column(default=FieldKind.TEXT)
    choices: Mapped[LongText | None]  # one in each line
    hint: Mapped[str | None]
    place: Mapped[int] = mapped_column(default=1)  # in the form, the smallest first
    is_required: Mapped[bool] = mapped_column(default=False)
    is_internal: Mapped[bool] = mapped_column(default=False)  # the customer never sees it
    is_sensitive: Mapped[bool] = mapped_column(default=False)  # seen with a right of its own
    purpose: Mapped[str | None]  # what a sensitive field is needed for (Art. 9 GDPR)
    in_list: Mapped[bool] = mapped_column(default=False)  # a column of the list from the start
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """What the field is called in forms, columns and addresses; stable for ever."""
        return f"custom_{self.id}"

    @property
    def options(self) -> list[str]:
        """What can be chosen, where it is a choice."""
        return [line.strip() for line in (self.choices or "").splitlines() if line.strip()]


class CustomValue(Base):
    """What stands in a field for a customer, or for one of the participants.

    A text or choice stands in `text`, a file's name too; the others in a column of their type, so
    that lists sort and filter them.
    """

    __tablename__ = "custom_value"
    __table_args__ = (
        CheckConstraint(
            "text is not null or number is not null or day is not null or flag is not null",
            name="something",
        ),
        Index(
            "uq_custom_value_customer", "field_id", "customer_id",
            unique=True, sqlite_where=OF_CUSTOMER, postgresql_where=OF_CUSTOMER,
        ),
        Index(
            "uq_custom_value_participant", "field_id", "participant_id",
            unique=True, sqlite_where=OF_PARTICIPANT, postgresql_where=OF_PARTICIPANT,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("custom_field.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    text: Mapped[LongText | None]
    number: Mapped[Decimal | None]
    day: Mapped[date | None]
    flag: Mapped[bool | None]
    sha256: Mapped[str | None] = mapped_column(String(64))  # of a file, as are the next two
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None]  # bytes

    field: Mapped[CustomField] = relationship()
    customer: Mapped[Customer] = relationship()
    participant: Mapped[Participant | None] = relationship()

    @property
    def value(self) -> Any:
        """What was entered, in the type of the field; of a file its name."""
        return getattr(self, COLUMNS[self.field.kind])


COLUMNS = {
    FieldKind.TEXT: "text",
    FieldKind.LONG_TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.DATE: "day",
    FieldKind.YES_NO: "flag",
    FieldKind.CHOICE: "text",
    FieldKind.FILE: "text",
}
