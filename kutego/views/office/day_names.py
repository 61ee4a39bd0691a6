"""A course day in words: the day of the week, the date and the time."""

from kutego.operations.day_plan import day_name


def day_and_time(day):
    """`Mo., 14.12.2026, 16:00 bis 17:00`."""
    return ", ".join(filter(None, (day_name(day.on), day.clock)))
