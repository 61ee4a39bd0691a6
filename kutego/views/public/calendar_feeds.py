"""The calendar feeds: a file behind an address that nobody can guess."""

from hashlib import sha256

from flask import Response, abort, request

from kutego.models import CalendarFeed, company
from kutego.operations.calendar_feeds import entries_of, is_live, name_of
from kutego.rendering.calendar_file import calendar_file
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.links import found

KEPT = "private, max-age=900"


@public.get("/kalender/<token>.ics")
def calendar_feed(token: str) -> Response:
    """The file, or only that it has not changed since."""
    feed = found(CalendarFeed, token)
    if feed is None or not is_live(feed):
        abort(404)
    entries = entries_of(feed, today())
    content = calendar_file(name_of(feed), entries, zone=company().zone, stamp=feed.created_at)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.set_etag(sha256(content).hexdigest())
    response.headers["Cache-Control"] = KEPT
    response.headers["Content-Disposition"] = 'inline; filename="kutego.ics"'
    response.make_conditional(request)
    return response
