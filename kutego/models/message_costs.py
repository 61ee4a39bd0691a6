"""What letters and SMS cost, month by month: the sums that are settled (spec LET-03)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from kutego.db import db
from kutego.models.message import Channel, Message, MessageState
from kutego.periods import add_months

NONE = Decimal("0.0000")


@dataclass
class MonthlyCost:
    """One month: letters, SMS and their parts, and what they cost in euros."""

    first: date
    letters: int = 0
    letter_cost: Decimal = NONE
    sms: int = 0
    parts: int = 0
    sms_cost: Decimal = NONE

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.letter_cost + self.sms_cost


def message_costs(until: date, zone: ZoneInfo, months: int = 24) -> list[MonthlyCost]:
    """The last `months` months up to the one of `until`, the newest first, in one statement.

    A letter or SMS counts in the month in which it was handed over, on the clock of the business.
    """
    this = until.replace(day=1)
    firsts = [add_months(this, -back) for back in range(months)]
    begins = [datetime.combine(first, time(), zone) for first in firsts]
    bucket = case(*((Message.handed_over_at >= begin, i) for i, begin in enumerate(begins)))
    query = (
        select(bucket, Message.channel, func.count(), func.sum(Message.parts),
               func.sum(Message.cost, type_=Message.cost.type))
        .where(
            Message.channel.in_((Channel.LETTER, Channel.SMS)),
            Message.cost.is_not(None),
            Message.state != MessageState.QUEUED,
            Message.handed_over_at >= begins[-1],
            Message.handed_over_at < datetime.combine(add_months(this, 1), time(), zone),
        )
        .group_by(bucket, Message.channel)
    )  # fmt: skip
    found = [MonthlyCost(first) for first in firsts]
    for i, channel, count, parts, cost in db.session.execute(query):
        if channel is Channel.LETTER:
            found[i].letters, found[i].letter_cost = count, cost
        else:
            found[i].sms, found[i].parts, found[i].sms_cost = count, int(parts or 0), cost
    return found
