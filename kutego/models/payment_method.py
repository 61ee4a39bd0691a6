"""How a customer pays, and what narrows it."""

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from kutego.labelled import Labelled


class PaymentMethod(Labelled):
    BANK_TRANSFER = "bank_transfer", "Überweisung"
    DIRECT_DEBIT = "direct_debit", "Lastschrift"
    PAYPAL = "paypal", "PayPal"
    ON_SITE = "on_site", "Zahlung vor Ort"
    ON_ACCOUNT = "on_account", "Zahlung auf Rechnung"
    EXTERNAL = "external", "Externe Bezahlung"


class Offering:
    """What is offered for sale may be paid in these ways only; None leaves all of the house.

    For a code: what it leaves to be paid of what it is redeemed for.
    """

    payment_methods: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
