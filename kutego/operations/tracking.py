"""What became of letters and SMS after a service took them: it is asked again, less and less."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM, Actor
from kutego.channels.letter import letter_box
from kutego.channels.service import HandedOver, Progress
from kutego.channels.sms import sms_gateway
from kutego.db import db, operation
from kutego.models import (
    Channel,
    Company,
    LetterService,
    Message,
    MessageState,
    SmsService,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.paid_messages import free_posted, sms_of

S = MessageState
ENDS = {S.DELIVERED, S.FAILED, S.SUPPRESSED}
SHORTEST = {Channel.SMS: timedelta(minutes=1), Channel.LETTER: timedelta(minutes=30)}
LONGEST = timedelta(hours=12)
GIVEN_UP = {Channel.SMS: timedelta(days=3), Channel.LETTER: timedelta(days=21)}
BATCH = 200


@operation
def note_taken(message: Message, handed: HandedOver, *, provider: str, by: Actor) -> None:
    """The service has taken it: its number, its price, and when to ask again."""
    now = clock.now()
    message.move_to(handed.state)
    message.provider, message.reference = provider, handed.reference
    message.provider_state = handed.told
    message.attempts += 1
    message.error = message.claimed_until = message.next_attempt_at = None
    message.sent_at = now
    if handed.cost is not None and message.channel is Channel.SMS:
        message.cost = handed.cost
    message.pages = handed.pages or message.pages
    is_final = provider in (LetterService.FOLDER.value, SmsService.FOLDER.value)
    message.poll_at = None if is_final else now + SHORTEST[message.channel]


def ask_services() -> tuple[int, list[str]]:
    """Ask what became of letters and SMS that are under way: how many moved on, and problems."""
    moved, problems = 0, []
    house = company()
    ask = _asker(house)
    ids = list(db.session.scalars(due_questions().limit(BATCH)))
    for message_id in ids:
        message = db.session.get_one(Message, message_id)
        question = ask(message)
        db.session.rollback()  # no transaction stays open while the service answers
        progress = question()
        before = message.state
        note_progress(message, progress, by=SYSTEM)
        moved += message.state is not before
        if message.state is S.FAILED and before is not S.FAILED:
            problems.append(f"{message.recipient_name}: {message.error}")
    return moved, problems


def due_questions():
    """The ids of the messages that a service is asked about now."""
    return (
        select(Message.id)
        .where(Message.poll_at.is_not(None), Message.poll_at <= clock.now())
        .order_by(Message.poll_at, Message.id)
    )


@operation
def note_progress(message: Message, progress: Progress | None, *, by: Actor) -> None:
    """Write down what the service answered, and when it is asked again."""
    now = clock.now()
    if progress is not None:
        message.provider_state = progress.told or message.provider_state
        message.reference = message.reference or progress.reference
        _move(message, progress, now)
        if progress.cost is not None and message.channel is Channel.SMS:
            message.cost = progress.cost
    message.poll_at = _next(message, now)


# --- parts ------------------------------------------------------------------------------------


def _asker(house: Company) -> Callable[[Message], Callable[[], Progress | None]]:
    box, gateway = letter_box(house), sms_gateway(house)

    def ask(message: Message) -> Callable[[], Progress | None]:
        reference = message.reference
        if message.channel is Channel.SMS:
            if message.provider not in (None, gateway.name):
                return lambda: None
            sms = sms_of(message)
            return lambda: gateway.progress(sms, reference)
        if message.provider != box.name or not reference:
            return lambda: None
        return lambda: box.progress(reference)

    return ask


def _move(message: Message, progress: Progress, now: datetime) -> None:
    state = progress.state
    if state is None or state is message.state or not message.can(state):
        return
    was_unclear = message.state is S.UNCLEAR
    message.move_to(state)
    message.error = progress.reason
    if was_unclear and state is not S.FAILED:
        message.sent_at = message.handed_over_at or now
    if state is S.PRINTED:
        message.printed_at = now
    elif state is S.DELIVERED:
        message.delivered_at = now
    elif state is S.FAILED:
        if message.channel is Channel.LETTER:
            free_posted(message)
        log_activity(message, f"{message.noun}.failed", by=SYSTEM,
                     personal={"reason": progress.reason})  # fmt: skip


def _next(message: Message, now: datetime) -> datetime | None:
    """A quarter of its age later, as long as there is something to learn."""
    is_posted = message.channel is Channel.LETTER and message.state is S.SENT
    age = now - (message.sent_at or message.handed_over_at or message.created_at)
    if message.state in ENDS or is_posted or age > GIVEN_UP[message.channel]:
        return None
    return now + min(max(age / 4, SHORTEST[message.channel]), LONGEST)
