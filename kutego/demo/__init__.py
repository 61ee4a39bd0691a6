"""The demo business: a dog school with a year behind it, the same for the same seed and day."""

from datetime import date, timedelta
from random import Random

from kutego import clock
from kutego.demo.bookings import add_bookings
from kutego.demo.classes import add_classes
from kutego.demo.courses import add_courses
from kutego.demo.details import add_details
from kutego.demo.doubles import add_doubles
from kutego.demo.dunning import give_up_on_some
from kutego.demo.events import add_events
from kutego.demo.goods import add_goods
from kutego.demo.house import set_up
from kutego.demo.leavers import add_leavers
from kutego.demo.mailings import add_mailings
from kutego.demo.members import add_members
from kutego.demo.paper import add_paper
from kutego.demo.record import add_record
from kutego.demo.rows import write_rows
from kutego.demo.story import Story
from kutego.demo.talks import add_talks
from kutego.demo.vouchers import add_vouchers
from kutego.demo.waiting import add_waiting

THROUGH_OPERATIONS = 2000  # more customers than this are written as rows


def load(
    customers: int = 200, seed: int = 1, on: date | None = None, *, through: int | None = None
) -> dict[str, str]:
    """Fill an empty database with a business of `customers` customers as of the day `on`.

    More than `through` of them (2,000) are written as rows, without a year of their own. Returns
    the passwords of the staff by e-mail: they are drawn anew each time.
    """
    on = on or clock.today()
    random = Random(seed)  # noqa: S311  # dice for a demo, not for secrets
    start = on - timedelta(days=365)
    many = max(0, customers - (THROUGH_OPERATIONS if through is None else through))
    house = set_up(start - timedelta(days=365) if many else start)
    if many:
        write_rows(house, random, start, many, skip=customers - many)
    Story(house, random, start, on).tell(customers - many)
    give_up_on_some(on)
    add_details(seed, on)
    add_courses(on)
    add_mailings(on)
    add_paper(seed, on)
    add_record(seed, on)
    add_talks(on)
    add_doubles(on)
    add_leavers(on)
    add_classes(seed, on)
    add_waiting(on)
    add_bookings(on)
    add_members(on)
    add_goods(on)
    add_vouchers(on)
    add_events(on)  # it sells on the day itself: what is older comes before
    return house.passwords
