"""The timeline of a customer: everything over all tabs, newest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kutego.db import Base, db
from kutego.models import Activity, Message, Right
from kutego.models.timeline import ACTIVITY, MESSAGE, WORDS, Place, Topic, topic_of
from kutego.operations.leaving import accounts_of
from kutego.texts import gettext as _
from kutego.views.office.history import RIGHTS
from kutego.views.office.history_facts import details
from kutego.views.office.history_sentences import sentence
from kutego.views.office.timeline_page import LINES, Asked
from kutego.views.panel import Column, TabView
from kutego.views.panel.places import address


@dataclass(frozen=True)
class Line:
    """One line as the page shows it."""

    at: datetime
    actor: str
    sentence: str
    details: list[str]
    topic: Topic
    url: str | None


class CustomerTimeline(TabView):
    """What happened, told in sentences; filtered by topic and day."""

    model = Activity
    slug, title, one = "timeline", "Verlauf", "Vorgang"
    parent_key = "customer_id"
    right = Right.CUSTOMERS_VIEW
    has_records = False
    columns = (
        Column("at", "Wann"),
        Column("actor", "Wer"),
        Column("action", "Was", value=sentence, sort=""),
    )
    default_sort = "-at"

    @expose("/")
    def index_view(self) -> str:
        """One page of lines, those after `before`."""
        asked = Asked.read(self.topics())
        places = asked.places(accounts_of(self.parent()), self._secret())
        more = places[LINES:]
        return self.render(
            "office/customers/timeline.html",
            lines=self.told(places[:LINES]),
            asked=asked,
            older=asked.query(before=places[LINES - 1]) if more else None,
            **self.list_context(None),
        )

    def told(self, places: list[Place]) -> list[Line]:
        """The lines at these places, each loaded once."""
        found: dict[tuple[int, int], Line] = {}
        changes = select(Activity).where(Activity.id.in_(_of(places, ACTIVITY)))
        for activity in db.session.scalars(changes.options(selectinload(Activity.detail))):
            found[ACTIVITY, activity.id] = self._change(activity)
        mails = select(Message).where(Message.id.in_(_of(places, MESSAGE)))
        for message in db.session.scalars(mails):
            found[MESSAGE, message.id] = _mail(message)
        return [found[place.source, place.id] for place in places]

    def _change(self, activity: Activity) -> Line:
        shown = details(activity, self.parent_view.may_see)
        url = None if activity.action.endswith("deleted") else _page_of(activity)
        topic = topic_of(activity.action)
        return Line(activity.at, activity.actor, sentence(activity), shown, topic, url)

    def _secret(self) -> list[str]:
        return [word for word, right in RIGHTS.items() if not self.may(right)]

    def topics(self) -> list[Topic]:
        """Those that the user may know anything of."""
        secret = self._secret()
        return [t for t in Topic if t not in WORDS or not set(WORDS[t]) <= set(secret)]


def _of(places: list[Place], source: int) -> list[int]:
    return [place.id for place in places if place.source == source]


def _page_of(activity: Activity) -> str | None:
    """The page of the record that a line tells of, but for the customer's own."""
    model = _models().get(activity.subject_type)
    if model is None or activity.subject_type == "customer":
        return None
    return address(model, activity.subject_id)


@cache
def _models() -> dict[str, type[Base]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def _mail(message: Message) -> Line:
    to = message.recipient or _("niemanden")
    told = _("hat eine E-Mail an %(to)s geschrieben: „%(subject)s“ (%(state)s)",
             to=to, subject=message.subject, state=message.state.label)  # fmt: skip
    actor = message.written_by or _("Kutego")
    return Line(message.created_at, actor, told, [], Topic.MESSAGES, address(Message, message.id))
