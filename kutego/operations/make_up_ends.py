"""What becomes of make-up days when the place that gave them is taken back."""

from datetime import date

from sqlalchemy import or_, select

from kutego.actor import Actor
from kutego.db import db
from kutego.models import CourseDay, Enrolment, MakeUpClaim, MakeUpState
from kutego.operations.activity import log_activity


def drop_claims(enrolment: Enrolment, *, on: date, by: Actor) -> list[MakeUpClaim]:
    """Reset what the place still gave: open claims, and days to come they are spent on.

    Whoever gets the money back does not come in place of a day as well. Joins a transaction.
    """
    coming = select(CourseDay.id).where(CourseDay.on > on)
    query = select(MakeUpClaim).where(
        MakeUpClaim.enrolment_id == enrolment.id,
        or_(
            MakeUpClaim.state == MakeUpState.OPEN,
            (MakeUpClaim.state == MakeUpState.USED) & MakeUpClaim.used_day_id.in_(coming),
        ),
    )
    claims = list(db.session.scalars(query.order_by(MakeUpClaim.id)))
    for claim in claims:
        if claim.state is MakeUpState.USED:
            claim.move_to(MakeUpState.OPEN)
        claim.move_to(MakeUpState.RESET)
        claim.used_day = claim.used_at = None
        claim.reset_on = on
        log_activity(claim, "make_up_claim.dropped", by=by, missed_on=claim.missed_on)
    return claims
