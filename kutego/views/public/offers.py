"""The page of an offer: read, accepted or declined by whoever holds its address."""

from typing import Any

from flask import Response, abort, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from kutego.db import db
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import Offer, OfferDecision
from kutego.operations.documents import document_bytes, renditions_of
from kutego.operations.logins import TooManyTries
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offer_consents import MissingConsent
from kutego.operations.offer_versions import current_version
from kutego.operations.submissions import once
from kutego.operations.voucher_codes import find_from_outside
from kutego.texts import gettext as _
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.offer_access import count, is_open, offer_of
from kutego.views.public.offer_page import AnswerForm, OfferPage
from kutego.views.security import csrf

ANSWERED = "answered_offer"  # in the session of the browser that answered


@public.get("/angebot/<token>")
def offer(token: str) -> Any:
    """The offer as it stands, or no more than that it is over (spec OFF-22)."""
    found = offer_of(token)
    if not is_open(found):
        return _over(found)
    return render_template("public/offer.html", page=OfferPage(found), form=AnswerForm())


@public.get("/angebot/<token>/ablehnen")
def decline(token: str) -> Any:
    """Ask once more before an offer is declined for good."""
    found = offer_of(token)
    if not is_open(found):
        return _over(found)
    return render_template("public/decline.html", page=OfferPage(found), form=AnswerForm())


@public.get("/angebot/<token>/angebot.pdf")
def offer_pdf(token: str) -> Response:
    """The offer as PDF, as long as it is open."""
    found = offer_of(token)
    if not is_open(found):
        abort(404)
    [file] = renditions_of(current_version(found))
    response = Response(document_bytes(file), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=file.name)
    return response


@public.post("/angebot/<token>")
@csrf.exempt  # the token is checked below: with it Flask-WTF asks for the referrer that we hide
def answer(token: str) -> Any:
    """Accept or decline. Sent twice, it is answered as it was the first time."""
    found = offer_of(token)
    if current_user.is_authenticated:
        abort(403)  # somebody of the office looks at the page, but only the customer decides
    form = AnswerForm()
    try:
        validate_csrf(request.form.get("csrf_token"))
        count("answer")
        vouchers = find_from_outside(form.codes, request.remote_addr)
        decision = once(form.key, lambda: _decide(found, form, [v.code for v in vouchers]))
    except ValidationError:
        refusal = _("Die Seite war zu lange offen. Bitte senden Sie Ihre Antwort noch einmal ab.")
        return _again(found, form, refusal, 400)
    except MissingConsent as missing:
        form.missing = missing.kinds
        return _again(found, form, str(missing), 422)
    except ConcurrentChange as change:
        return _again(found, AnswerForm(fresh=True), str(change), 409)
    except TooManyTries:
        abort(429)
    except DomainError as refusal:
        return _again(found, form, str(refusal), 409)
    session[ANSWERED] = decision.offer_id if isinstance(decision, OfferDecision) else None
    return redirect(url_for("public.offer", token=token), 303)


# --- parts ------------------------------------------------------------------------------------


def _decide(found: Offer, form: AnswerForm, codes: list[str]) -> OfferDecision:
    given: dict[str, Any] = {
        "version": form.version,
        "address": request.remote_addr,
        "on": today(),
    }
    if form.answer == "decline":
        return decline_offer(found, **given)
    if form.answer != "accept":
        abort(400)
    return accept_offer(
        found, consents=form.consents, payment_method=form.payment_method, codes=codes, **given
    )


def _again(found: Offer, form: AnswerForm, sentence: str, status: int) -> Any:
    """The page once more, with what is missing and everything that was ticked."""
    db.session.rollback()
    if not is_open(found):
        return _over(found)
    template = "public/decline.html" if form.answer == "decline" else "public/offer.html"
    page = render_template(template, page=OfferPage(found), form=form, refusal=sentence)
    return page, status


def _over(found: Offer) -> str:
    """Thanks for whoever has just answered; for everybody else a page that reveals nothing."""
    mine = session.get(ANSWERED) == found.id
    return render_template("public/over.html", answer=found.state if mine else None, offer=found)
