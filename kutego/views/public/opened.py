"""The picture in a mail that tells when it was opened, where the office wants to know (D-19)."""

from flask import Response

from kutego.operations.opened import note_opened
from kutego.views.public import public

PICTURE = bytes.fromhex(  # one transparent point
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


@public.get("/bild/<token>.gif")
def opened(token: str) -> Response:
    """The same picture for every token, so that it tells a guesser nothing."""
    note_opened(token)
    return Response(PICTURE, mimetype="image/gif")
