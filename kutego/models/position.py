"""What stands on an offer, a draft or an invoice: one line each."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from kutego.labelled import Labelled
from kutego.models.chain import LATER
from kutego.models.company import Percent
from kutego.models.course import CourseDate
from kutego.models.participant import Participant
from kutego.models.product import Product
from kutego.models.term_template import TermTemplate
from kutego.money import ZERO


class PositionKind(Labelled):
    COURSE = "course", "Kurs"
    APPOINTMENT = "appointment", "Termin"
    TICKET = "ticket", "Ticket"
    ROOM = "room", "Raumvermietung"
    VOUCHER = "voucher", "Gutschein"
    MEMBERSHIP = "membership", "Mitgliedschaft"
    PRODUCT = "product", "Produkt"
    PACKAGE = "package", "Paket"
    OTHER = "other", "Sonstiges"
    DUNNING_FEE = "dunning_fee", "Mahngebühr"  # written by the dunning, see operations.dunning_fees
    DAY_CREDIT = "day_credit", "Gutschrift für einen Kurstag"  # written when a day is called off


class Unit(Labelled):
    PIECE = "C62", "Stück"
    MONTH = "MON", "Monat"
    HOUR = "HUR", "Stunde"
    FLAT = "LS", "pauschal"


class PositionColumns:
    """The columns every position has. `unit_price` is gross or net as the company prices."""

    key: Mapped[str] = mapped_column(String(20))  # the same through all versions of an invoice
    place: Mapped[int]
    kind: Mapped[PositionKind]
    text: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[Percent] = mapped_column(default=Decimal("1.00"))
    unit: Mapped[Unit] = mapped_column(default=Unit.PIECE)
    unit_price: Mapped[Decimal]
    discount_percent: Mapped[Percent] = mapped_column(default=ZERO)
    vat_rate: Mapped[Percent]
    starts_on: Mapped[date | None]  # from when the participant comes, or the contract runs
    period_first: Mapped[date | None]
    period_last: Mapped[date | None]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    course_date_id: Mapped[int | None] = mapped_column(ForeignKey("course_date.id"))
    term_template_id: Mapped[int | None] = mapped_column(ForeignKey("term_template.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    course_day_id: Mapped[int | None] = mapped_column(ForeignKey("course_day.id"), info=LATER)
    appointment_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("appointment_template.id"), info=LATER
    )
    lecturer_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), info=LATER)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), info=LATER)
    ticket_category_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket_category.id"), info=LATER
    )
    voucher_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("voucher_template.id"), info=LATER
    )
    membership_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("membership_template.id"), info=LATER
    )
    package_id: Mapped[int | None] = mapped_column(ForeignKey("package.id"), info=LATER)
    begins_at: Mapped[datetime | None] = mapped_column(info=LATER)  # of an appointment or a rental
    ends_at: Mapped[datetime | None] = mapped_column(info=LATER)
    code_discount: Mapped[Decimal | None] = mapped_column(info=LATER)  # off by voucher codes, in
    code_text: Mapped[str | None] = mapped_column(String(200), info=LATER)  # the price's base

    @declared_attr
    def participant(cls) -> Mapped[Participant | None]:
        return relationship(Participant)

    @declared_attr
    def course_date(cls) -> Mapped[CourseDate | None]:
        return relationship(CourseDate)

    @declared_attr
    def term_template(cls) -> Mapped[TermTemplate | None]:
        return relationship(TermTemplate)

    @declared_attr
    def product(cls) -> Mapped[Product | None]:
        return relationship(Product)

    def __str__(self) -> str:
        return self.text
