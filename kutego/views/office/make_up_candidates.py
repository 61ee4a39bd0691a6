"""Below the participants of a course day: who could make up a day there, and who does (COU-08)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_login import current_user
from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from kutego.db import db
from kutego.models import CourseDay, CourseDayState, MakeUpClaim, MakeUpState, Right
from kutego.operations.make_up_places import claims_around
from kutego.operations.participant_lines import ParticipantList
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.panel import today
from kutego.views.panel.places import view_of

MOST = 50


@dataclass(frozen=True)
class Way:
    """A button of one claim, or of all of them: where it leads, its words, its icon."""

    url: str
    words: str
    icon: str


@dataclass(frozen=True)
class Candidate:
    """Somebody with an open claim that fits the day: the oldest one, and the others by age."""

    claim: MakeUpClaim
    more: list[MakeUpClaim]
    ways: list[Way]


@dataclass(frozen=True)
class MakeUps:
    """What stands below the list of a day."""

    guests: list[Candidate]
    candidates: list[Candidate]
    free: str
    is_open: bool
    on: date
    back: str
    reset_url: str | None  # of a form for the chosen ones


def make_ups_of(day: CourseDay, sheet: ParticipantList, back: str) -> MakeUps:
    """Guests and candidates of a day, in one statement; `back` is the page to return to."""
    claims = _loaded(claims_around(day, today(), sheet.holders(day)).limit(4 * MOST))
    open_claims: dict[int, list[MakeUpClaim]] = {}
    for claim in claims:
        if claim.state is MakeUpState.OPEN:
            open_claims.setdefault(claim.participant_id, []).append(claim)
    guests = [
        Candidate(claim, [], _ways(claim, day, back, ("change-day", "release-claim")))
        for claim in claims
        if claim.state is MakeUpState.USED
    ]
    candidates = [
        Candidate(mine[0], mine[1:], _ways(mine[0], day, back, ("use-claim", "reset-claim")))
        for mine in list(open_claims.values())[:MOST]
    ]
    is_open = day.state is CourseDayState.PLANNED and day.on >= today()
    may_reset = current_user.may(Right.COURSES_EDIT)
    reset_url = f"{view_of(MakeUpClaim).list_url}mass/reset-claim/" if may_reset else None
    return MakeUps(guests, candidates, _told(sheet.free(day)), is_open, day.on, back, reset_url)


def _loaded(query: Select[Any]) -> list[MakeUpClaim]:
    options = (
        joinedload(MakeUpClaim.participant),
        joinedload(MakeUpClaim.customer),
        joinedload(MakeUpClaim.course_date),
    )
    return list(db.session.scalars(query.options(*options)))


NAMES = {
    "use-claim": ("An diesem Tag eintragen", "calendar-plus", Right.ATTENDANCE),
    "change-day": ("Tag ändern", "calendar-range", Right.ATTENDANCE),
    "release-claim": ("Austragen", "x-circle", Right.ATTENDANCE),
    "reset-claim": ("Zurücksetzen", "trash", Right.COURSES_EDIT),
}


def _ways(claim: MakeUpClaim, day: CourseDay, back: str, verbs: tuple[str, ...]) -> list[Way]:
    """The buttons of the claim as the overall list has them, with this day filled in."""
    base = view_of(MakeUpClaim).list_url
    return [
        Way(f"{base}{claim.id}/{verb}/?day={day.id}&url={back}", _(NAMES[verb][0]), NAMES[verb][1])
        for verb in verbs
        if current_user.may(NAMES[verb][2])
    ]


def _told(free: int | None) -> str:
    if free is None:
        return ""
    if free <= 0:
        return _("kein Platz frei")
    return ngettext("1 Platz frei", "%(count)s Plätze frei", free)
