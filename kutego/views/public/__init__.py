"""Pages that customers and strangers see: no login, nothing that another page could give away."""

from flask import Blueprint, Response

public = Blueprint("public", __name__)


@public.after_request
def keep_private(response: Response) -> Response:
    """The address of an offer is its key: no other site and no search engine may learn it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


from kutego.views.public import (  # noqa: E402  # they add themselves to `public`
    calendar_feeds,  # noqa: F401
    info_agents,  # noqa: F401
    legal,  # noqa: F401
    newsletter,  # noqa: F401
    notices,  # noqa: F401
    offers,  # noqa: F401
    opened,  # noqa: F401
    waitlist,  # noqa: F401
)
