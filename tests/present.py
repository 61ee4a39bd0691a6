"""When the tests begin it is noon on 23 November 2026, whatever day it is; then time goes by.

So they mean the same on every day and across every midnight. Their other processes begin with them;
servers that are started as people start them live in the real present.
"""

import os
from datetime import UTC, date, datetime, timedelta

from kutego import clock

DAY = date(2026, 11, 23)
real = clock.now
_since = (datetime.now(UTC) - clock.noon(DAY)).total_seconds()
SINCE = timedelta(seconds=float(os.environ.setdefault("KUTEGO_TESTS_SINCE", str(_since))))


def now() -> datetime:
    """The present of the tests, or the moment that one of them pretends it is."""
    return clock._moment.get() or datetime.now(UTC) - SINCE


clock.now = now
