"""The page of a participant: courses with every day, notes, make-ups, waiting lists (PAR-03)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from kutego import clock
from kutego.db import db
from kutego.models import (
    CourseDay,
    MakeUpClaim,
    MakeUpState,
    Participant,
    Right,
    UnitQuota,
    WaitlistEntry,
    still_waiting,
)
from kutego.views.frame import today
from kutego.views.office.participant_places import places_of


class ParticipantPage:
    """Part of a view of participants."""

    def record_context(self, record: Participant) -> dict[str, Any]:
        """Everything about one participant, in one statement for each kind."""
        may = self.may  # type: ignore[attr-defined]  # of the view
        claims = _claims(record)
        return {
            "places": places_of(record) if may(Right.COURSES_VIEW) else [],
            "notes": list(record.notes) if may(Right.NOTES) else None,
            "open_claims": [claim for claim in claims if claim.state is MakeUpState.OPEN],
            "used_claims": [claim for claim in claims if claim.state is MakeUpState.USED],
            "waiting": _waiting(record),
            "quotas": list(
                db.session.scalars(
                    select(UnitQuota)
                    .where(UnitQuota.participant_id == record.id, UnitQuota.withdrawn_on.is_(None))
                    .options(joinedload(UnitQuota.package))
                )
            ),
            "on": today(),
        }


def _claims(record: Participant) -> list[MakeUpClaim]:
    query = select(MakeUpClaim).where(
        MakeUpClaim.participant_id == record.id, MakeUpClaim.state != MakeUpState.RESET
    )
    used = joinedload(MakeUpClaim.used_day).joinedload(CourseDay.course_date)
    query = query.options(joinedload(MakeUpClaim.course_date), used)
    return list(db.session.scalars(query.order_by(MakeUpClaim.expires_on)))


def _waiting(record: Participant) -> list[WaitlistEntry]:
    query = select(WaitlistEntry).where(
        WaitlistEntry.participant_id == record.id, still_waiting(clock.now())
    )
    place = undefer(WaitlistEntry.position)  # type: ignore[attr-defined]
    options = (joinedload(WaitlistEntry.course_date), place)
    return list(db.session.scalars(query.options(*options)))
