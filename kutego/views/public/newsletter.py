"""The links in newsletters and in what InfoAgents write: confirm, unsubscribe, end.

Nothing happens by opening an address: programs that look through mail open them all. It takes a
button, or the one click of a mail program (RFC 8058), which sends a POST without a cookie. The
token in the address is the right to do it; no page says whose it is.
"""

from typing import Any

from flask import request

from kutego.errors import DomainError
from kutego.models import ConsentAction, ConsentSource, MailingRecipient, NewsletterConsent
from kutego.operations.mailing_texts import EXAMPLE
from kutego.operations.newsletter import confirm_consent, reached_by, unsubscribe
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.links import found, page, refuse_staff
from kutego.views.security import csrf


@public.get("/newsletter/bestaetigen/<token>")
def newsletter_confirm(token: str) -> Any:
    """Ask for the click that makes a subscription."""
    asked = found(NewsletterConsent, token)
    return page("confirm", words=asked.text if asked else None, known=asked is not None)


@public.post("/newsletter/bestaetigen/<token>")
@csrf.exempt  # the token of the address is the right to do it
def newsletter_confirmed(token: str) -> Any:
    """Subscribe the address that the link was sent to."""
    refuse_staff()
    asked = found(NewsletterConsent, token)
    if asked is None or asked.action is not ConsentAction.ASKED:
        return page("confirm", known=False)
    try:
        confirm_consent(asked, ip=request.remote_addr, on=today())
    except DomainError as refusal:
        return page("over", refusal=str(refusal), status=410)
    return page("confirmed")


@public.get("/newsletter/abmelden/<token>")
def newsletter_unsubscribe(token: str) -> Any:
    """Ask for the click that ends a subscription."""
    if token == EXAMPLE:
        return page("example")
    return page("unsubscribe", known=found(MailingRecipient, token) is not None)


@public.post("/newsletter/abmelden/<token>")
@csrf.exempt  # RFC 8058: mail programs send no cookie and know no token but the address
def newsletter_unsubscribed(token: str) -> Any:
    """Take whoever was written to off the newsletter; sent twice, it stays so."""
    refuse_staff()
    recipient = found(MailingRecipient, token)
    if recipient is None:
        return page("unsubscribe", known=False)
    is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
    source = ConsentSource.ONE_CLICK if is_one_click else ConsentSource.LINK
    unsubscribe(reached_by(recipient), source=source, mailing_id=recipient.mailing_id, on=today())
    return page("unsubscribed")
