"""The text of a mailing for one customer: placeholders filled, signature and way out below."""

from collections.abc import Callable, Collection
from datetime import time

from kutego.channels import site
from kutego.models import Company, Customer, Mailing
from kutego.operations.message_templates import (
    CUSTOMER,
    customer_values,
    filled,
    house_values,
    register_placeholders,
)
from kutego.operations.newsletter import UNSUBSCRIBE
from kutego.rendering.mail import mail_text
from kutego.rendering.placeholders import compiled
from kutego.texts import marked as m

COURSE = {"kurs": m("Welpenkurs"), "kurstag": "24.11.2026", "uhrzeit": "17:00",
          "kursort": m("Übungsplatz Nord")}  # fmt: skip
EXAMPLE = "beispiel"  # in the place of a token, in test mails
TEXT, TOKEN = "\x01text\x01", "\x01token\x01"

register_placeholders(**COURSE)

Written = tuple[str, str]  # subject and body


def known_placeholders(mailing: Mailing) -> Collection[str]:
    """What the text of the mailing may name; a course only where it is about one."""
    return [*CUSTOMER, *COURSE] if mailing.course_date_id else [*CUSTOMER]


def unsubscribe_path(token: str) -> str:
    """The public page that takes whoever holds the token off the newsletter."""
    return f"{UNSUBSCRIBE}{token}"


def writer(mailing: Mailing, house: Company) -> Callable[[Customer, str], Written]:
    """A function that writes the mail to one customer; everything that is the same is done once."""
    known = known_placeholders(mailing)
    subject, text = compiled(mailing.subject, known), compiled(mailing.text, known)
    link = site.link(unsubscribe_path(TOKEN)) if mailing.is_newsletter else None
    frame = mail_text("mailing", company=house, customer=None, subject="–", text=TEXT, link=link)[1]
    same = house_values(house) | _course_values(mailing)

    def write(customer: Customer, token: str) -> Written:
        values = customer_values(customer) | same
        return (
            " ".join(subject(values).split())[:400],
            frame.replace(TOKEN, token).replace(TEXT, text(values).strip()),
        )

    return write


def filled_for(mailing: Mailing, customer: Customer) -> Written:
    """Subject and text for one customer, without what stands below."""
    return filled(mailing.subject, mailing.text, customer, **_course_values(mailing))


def _course_values(mailing: Mailing) -> dict[str, str]:
    course, day = mailing.course_date, mailing.course_day
    if course is None:
        return {}
    begins: time | None = day.starts_at if day else None
    place = course.location
    return {
        "kurs": course.title,
        "kurstag": f"{day.on if day else course.starts_on:%d.%m.%Y}",
        "uhrzeit": f"{begins:%H:%M}" if begins else "",
        "kursort": ", ".join(filter(None, (place.name, place.street, place.city))) if place else "",
    }
