"""Units of packages below the screens: which place was paid with one, and giving it back."""

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.models import Enrolment, UnitUse
from kutego.operations.activity import log_activity


def unit_of(enrolment: Enrolment) -> UnitUse | None:
    """The unit that paid for a place and was not given back."""
    query = select(UnitUse).where(
        UnitUse.enrolment_id == enrolment.id, UnitUse.returned_at.is_(None)
    )
    return db.session.scalars(query).first()


def restore_unit(use: UnitUse, *, by: Actor) -> None:
    """Give a unit back to the quota that it came from; its last day stays (spec U-25).

    Where the sale was cancelled meanwhile it is withdrawn at once. The caller has locked the
    customer.
    """
    use.returned_at = clock.now()
    use.quota.used -= 1
    if use.quota.withdrawn_on is not None:
        use.quota.withdrawn += 1
    log_activity(use.quota, "unit_quota.returned", by=by, day=use.on, left=use.quota.left)
