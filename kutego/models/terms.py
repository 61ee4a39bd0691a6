"""What a contract is made from: price, interval, beginning, end. For courses and memberships."""

from decimal import Decimal

from sqlalchemy import true
from sqlalchemy.orm import Mapped, mapped_column

from kutego.labelled import Labelled
from kutego.models.company import Percent
from kutego.models.payment_method import Offering
from kutego.money import ZERO


class StartRule(Labelled):
    """From when the periods count."""

    BOOKING = "booking", "Mit dem Tag der Buchung"
    CUT_OFF = "cut_off", "Am festen Stichtag"


class FirstInvoice(Labelled):
    """What the first invoice bills where the booking is not on the cut-off day."""

    FROM_CUT_OFF = "from_cut_off", "Ab dem nächsten Stichtag"
    PRO_RATA = "pro_rata", "Anteilig bis zum nächsten Stichtag"
    RETROACTIVE = "retroactive", "Rückwirkend ab dem letzten Stichtag"


class Activation(Labelled):
    """From when a membership counts."""

    AT_ONCE = "at_once", "Sofort"
    WITH_PERIOD = "with_period", "Mit dem ersten Abrechnungszeitraum"
    ON_PAYMENT = "on_payment", "Mit Eingang der ersten Zahlung"
    TRIAL = "trial", "Als Probe-Mitgliedschaft"


class TrialEnd(Labelled):
    """What follows a trial."""

    CONTINUES = "continues", "Sie geht in die Mitgliedschaft über"
    ENDS = "ends", "Sie endet von selbst"


class Terms(Offering):
    """The columns of a template. With `interval_weeks` the interval is in weeks, not months.

    With `cut_off_month` the cut-off days lie an interval apart, counted from that month; without
    it there is one in every month. A template that does not renew ends with its minimum term.
    """

    name: Mapped[str]
    price: Mapped[Decimal]
    vat_rate: Mapped[Percent] = mapped_column(default=Decimal("19.00"))
    interval_months: Mapped[int] = mapped_column(default=1)
    interval_weeks: Mapped[int | None]
    minimum_months: Mapped[int] = mapped_column(default=0)
    notice_months: Mapped[int] = mapped_column(default=1)
    renews: Mapped[bool] = mapped_column(default=True, server_default=true())
    registration_fee: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    start_rule: Mapped[StartRule] = mapped_column(
        default=StartRule.BOOKING, server_default=StartRule.BOOKING.value
    )
    cut_off_day: Mapped[int | None]
    cut_off_month: Mapped[int | None]
    first_invoice: Mapped[FirstInvoice] = mapped_column(
        default=FirstInvoice.FROM_CUT_OFF, server_default=FirstInvoice.FROM_CUT_OFF.value
    )
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
