"""Days of the week."""

from datetime import date
from typing import Self

from kutego.labelled import Labelled


class Weekday(Labelled):
    """Stored as SQL counts the days of a week (`EXTRACT(dow …)`): Sunday is 0."""

    MONDAY = "1", "Montag"
    TUESDAY = "2", "Dienstag"
    WEDNESDAY = "3", "Mittwoch"
    THURSDAY = "4", "Donnerstag"
    FRIDAY = "5", "Freitag"
    SATURDAY = "6", "Samstag"
    SUNDAY = "0", "Sonntag"

    @classmethod
    def of(cls, day: date) -> Self:
        """The day of the week of `day`."""
        return cls(str(day.isoweekday() % 7))
