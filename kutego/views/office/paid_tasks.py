"""Letters and SMS that wait for a person, on the first page of the day."""

from collections.abc import Iterator

from sqlalchemy import func, select

from kutego.db import db
from kutego.models import Channel, Message, MessageState
from kutego.models.message import PROBLEM
from kutego.texts import gettext as _
from kutego.views.formats import german_count
from kutego.views.menu import address
from kutego.views.office.task import Task

TITLES = {
    (Channel.LETTER, MessageState.FAILED): "Briefe konnten nicht gesendet werden",
    (Channel.LETTER, MessageState.UNCLEAR): "Bei Briefen ist unklar, ob der Dienst sie hat",
    (Channel.SMS, MessageState.FAILED): "SMS konnten nicht zugestellt werden",
    (Channel.SMS, MessageState.UNCLEAR): "Bei SMS ist unklar, ob der Dienst sie hat",
}
VIEWS = {Channel.LETTER: ("letters", "printer"), Channel.SMS: ("sms", "phone")}


def paid_tasks() -> Iterator[Task]:
    """What failed or is unclear, in one statement."""
    query = (
        select(Message.channel, Message.state, func.count(Message.id))
        .where(PROBLEM, Message.channel != Channel.EMAIL)
        .group_by(Message.channel, Message.state)
        .order_by(Message.channel, Message.state)
    )
    for channel, state, count in db.session.execute(query):
        view, icon = VIEWS[channel]
        url = address(view, **{"f.state": state})
        yield Task(icon, _(TITLES[channel, state]), url, german_count(count))
