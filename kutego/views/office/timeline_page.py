"""What the address of a timeline asks for, and the addresses of its other pages."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import request

from kutego.models.company import company
from kutego.models.timeline import Place, Topic, place_from, timeline

LINES = 40  # of a page
DAY = timedelta(days=1)
FIRST, LAST = date(1900, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    offered: list[Topic]  # those that the user may know anything of
    topics: list[Topic]
    first: date | None
    last: date | None
    before: Place | None

    @classmethod
    def read(cls, offered: list[Topic]) -> "Asked":
        """From the request; what cannot be understood is left out."""
        chosen = request.args.getlist("topic")
        return cls(
            offered,
            [topic for topic in offered if topic.value in chosen],
            day_from(request.args.get("from", "")),
            day_from(request.args.get("to", "")),
            place_from(request.args.get("before", "")),
        )

    def places(self, ids: list[int], secret: list[str]) -> list[Place]:
        """Where the lines of this page stand, and one more if there is one."""
        zone = company().zone
        return timeline(
            ids,
            topics=self.topics,
            secret=secret,
            since=datetime.combine(self.first, time(), zone) if self.first else None,
            until=datetime.combine(self.last + DAY, time(), zone) if self.last else None,
            before=self.before,
            most=LINES + 1,
        )

    def query(self, *, switch: Topic | None = None, before: Place | None = None) -> str:
        """The address of this page with one topic more or less, or of the page behind a place."""
        topics = [t for t in Topic if (t in self.topics) is not (t is switch)]
        pairs = [("topic", topic.value) for topic in topics]
        days = (("from", self.first), ("to", self.last))
        pairs += [(name, day.isoformat()) for name, day in days if day]
        return "?" + urlencode([*pairs, *([("before", str(before))] if before else [])])

    @property
    def chips(self) -> list[tuple[Topic, bool, str]]:
        """Every topic, whether it is chosen, and the address that switches it."""
        return [(t, t in self.topics, self.query(switch=t)) for t in self.offered]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.topics or self.first or self.last)


def day_from(text: str) -> date | None:
    """The day that was typed, or None for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
