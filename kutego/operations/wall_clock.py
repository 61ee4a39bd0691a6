"""Times as people say them, a day and what the clock on the wall shows, as moments."""

from datetime import date, datetime, time

from kutego import clock
from kutego.errors import DomainError
from kutego.models.company import company
from kutego.texts import gettext as _


def moment_of(day: date, at: time) -> datetime:
    """The moment in the company's time zone. Refuses an hour that a change of clocks leaves out.

    An hour that comes twice is meant the first time.
    """
    zone = company().zone
    moment = clock.moment(day, at, zone)
    shown = moment.astimezone(zone)
    if (shown.date(), shown.time()) != (day, at):
        raise DomainError(
            _("%(at)s Uhr gibt es am %(day)s nicht: In dieser Nacht wird die Uhr vorgestellt.",
              at=f"{at:%H:%M}", day=f"{day:%d.%m.%Y}")
        )  # fmt: skip
    return moment
