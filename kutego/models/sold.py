"""What a position of an invoice or a booking gave: a place, an appointment, a ticket, a code."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column


class Sold:
    """Columns of whatever a position gives when it is issued and takes back when it is cancelled.

    The document and the key of the position, which is the same through all versions. What a
    booking gave that became an invoice (spec INV-05) names both.
    """

    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    position_key: Mapped[str | None]
