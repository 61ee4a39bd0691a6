"""What vouchers can be bought: the templates."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.payment_method import Offering
from kutego.money import ZERO
from kutego.periods import add_months

STATUTORY_YEARS = 3  # §§ 195, 199 (1) BGB, to the end of the year


class VoucherTax(Labelled):
    """When the VAT arises (§ 3 (14, 15) UStG)."""

    MULTI = "multi_purpose", "Mehrzweckgutschein: Steuer erst beim Einlösen"
    SINGLE = "single_purpose", "Einzweckgutschein: Steuer schon beim Verkauf"


class VoucherExpiry(Labelled):
    NEVER = "never", "Unbegrenzt"
    STATUTORY = "statutory", "Gesetzlich: drei Jahre, zum Jahresende (§ 195 BGB)"
    MONTHS = "months", "Nach Monaten"


class Limited:
    """What a code is good for: ids of `categories`, `courses` and `products`, values of `kinds`.

    A position needs to be in one of the lists; None: good for everything.
    """

    limits: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class VoucherTemplate(Offering, Limited, Base):
    """A voucher that can be bought. With `is_free_value` the buyer says what it is worth.

    `payment_methods` are for buying it, `rest_methods` for what its codes leave to be paid.
    """

    __tablename__ = "voucher_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    is_free_value: Mapped[bool] = mapped_column(default=False)
    price: Mapped[Decimal]  # what it costs; where the value is free, the one that is suggested
    value: Mapped[Decimal]  # what it is worth
    tax: Mapped[VoucherTax] = mapped_column(default=VoucherTax.MULTI)
    vat_rate: Mapped[Percent] = mapped_column(default=ZERO)  # 0 for a multi-purpose voucher
    expiry: Mapped[VoucherExpiry] = mapped_column(default=VoucherExpiry.NEVER)
    expiry_months: Mapped[int | None]
    text: Mapped[LongText | None]  # printed on the voucher
    rest_methods: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name

    def last_day(self, sold_on: date) -> date | None:
        """The last day on which what is sold on a day can be redeemed."""
        if self.expiry is VoucherExpiry.STATUTORY:
            return date(sold_on.year + STATUTORY_YEARS, 12, 31)
        if self.expiry is VoucherExpiry.NEVER or self.expiry_months is None:
            return None
        return add_months(sold_on, self.expiry_months)
