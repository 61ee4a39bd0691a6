"""When a missed course day can be made up: the rules of the house, a category or a course date."""

from sqlalchemy.orm import Mapped


class MakeUpRules:
    """Rules of their own; what is None holds as the next one up says: course, category, house."""

    make_ups: Mapped[bool | None]
    make_up_notice_hours: Mapped[int | None]  # how long before the day somebody must sign off
    make_up_valid_days: Mapped[int | None]  # counted from the missed day
    make_up_limit: Mapped[int | None]  # in one course, or one contract interval
