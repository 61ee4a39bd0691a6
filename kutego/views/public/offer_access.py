"""Who gets to an offer without a login: whoever holds its address, at a human pace."""

from flask import abort, request
from sqlalchemy import select

from kutego.db import db
from kutego.models import Offer, OfferState
from kutego.operations.logins import TooManyTries, network, note_attempt
from kutego.views.panel.forms import today


def offer_of(token: str) -> Offer:
    """The offer behind the address; guessing is slowed down."""
    found = db.session.scalar(select(Offer).where(Offer.token == token[:64]))
    if found is None or found.token != token:
        try:
            count("token")
        except TooManyTries:
            abort(429)
        abort(404)
    return found


def count(kind: str) -> None:
    """Note one try of this network; refuses when there were too many."""
    note_attempt(f"{kind}:{network(request.remote_addr)}")


def is_open(found: Offer) -> bool:
    """Whether the customer can still answer."""
    return found.state is OfferState.OPEN and not found.is_expired(today())
