"""The page of whoever waits for a place: how it stands, a free place, and the way off the list."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from kutego import clock
from kutego.actor import Actor
from kutego.errors import DomainError
from kutego.models import OfferState, WaitlistEntry, WaitlistMode, WaitlistStatus
from kutego.operations.waitlist import leave_waitlist, place_in_line
from kutego.operations.waitlist_offers import take_free_place
from kutego.operations.waitlist_places import free_for, others_of, takes_place
from kutego.texts import gettext as _
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.links import found, refuse_staff
from kutego.views.security import csrf

CUSTOMER = Actor("Kunde (online)")


@public.get("/warteliste/<token>")
def waitlist_entry(token: str) -> Any:
    """How it stands: the place in line, or the place that is kept (spec U-01)."""
    entry = found(WaitlistEntry, token)
    return _page(entry, 200 if entry is not None else 404)


@public.post("/warteliste/<token>")
@csrf.exempt  # as for the newsletter: who holds the address decides, and no cookie counts
def waitlist_answer(token: str) -> Any:
    """Ask for the free place, or leave the list. Twice changes nothing."""
    refuse_staff()
    entry = found(WaitlistEntry, token)
    if entry is None:
        return _page(None, 404)
    try:
        if request.form.get("answer") == "take":
            offer = take_free_place(entry, on=today(), by=CUSTOMER)
            return redirect(url_for("public.offer", token=offer.token), 303)
        if request.form.get("answer") == "leave":
            leave_waitlist(entry, on=today(), by=CUSTOMER)
    except DomainError as refusal:
        return _page(entry, 409, str(refusal))
    return redirect(url_for("public.waitlist_entry", token=token), 303)


def step_of(entry: WaitlistEntry | None) -> str:
    """What the page says of an entry."""
    if entry is None:
        return "over"
    status = entry.status(clock.now())
    if status is not WaitlistStatus.ACCEPTED and not takes_place(entry.course_date, today()):
        return "closed"
    to_all = entry.course_date.waitlist_mode is WaitlistMode.NOTIFY_ALL
    if status is WaitlistStatus.OFFERED and entry.offer and entry.offer.state is OfferState.OPEN:
        return "offered"
    if to_all and status in (WaitlistStatus.WAITING, WaitlistStatus.EXPIRED):
        free = free_for(entry, today())
        return "free" if free is None or free > 0 else "waiting"
    known = {
        WaitlistStatus.WAITING: "waiting", WaitlistStatus.ACCEPTED: "accepted",
        WaitlistStatus.EXPIRED: "expired",
    }  # fmt: skip
    return known.get(status, "left")


def _page(entry: WaitlistEntry | None, status: int, refusal: str | None = None) -> Any:
    page = render_template(
        "public/waitlist.html",
        entry=entry,
        step=step_of(entry),
        others=others_of(entry) if entry is not None else [],
        place=place_in_line(entry) if entry is not None else None,
        heading=_("Dieser Link gilt nicht mehr.") if entry is None else entry.course_date.title,
        refusal=refusal,
        is_preview=current_user.is_authenticated,
    )
    return page, status
