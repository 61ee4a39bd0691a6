"""What somebody on a waiting list is told: by e-mail, and by SMS where there is a mobile number."""

from datetime import date
from typing import Any

from kutego.actor import Actor
from kutego.channels import site
from kutego.errors import DomainError
from kutego.models import SmsTrigger, WaitlistEntry, company
from kutego.operations.documents import renditions_of
from kutego.operations.messages import queue_message
from kutego.operations.offer_versions import current_version
from kutego.operations.sms import mobile_number, queue_sms
from kutego.texts import gettext as _


def page_link(entry: WaitlistEntry) -> str:
    """The page on which the customer sees how the list stands."""
    return site.link(f"/warteliste/{entry.token}")


def until_text(entry: WaitlistEntry) -> str:
    """Until when an offered place is kept, on the clock of the business."""
    if entry.answer_by is None:
        return ""
    return f"{entry.answer_by.astimezone(company().zone):%d.%m.%Y, %H:%M}"


def tell_customer(
    entry: WaitlistEntry, template: str, *, on: date, by: Actor, sms: bool = True, **context: Any
) -> None:
    """Queue the mail, and for what is urgent an SMS. Joins a transaction.

    Refuses where a place has to be answered for and the customer can be reached in neither way.
    """
    customer = entry.customer
    by_sms = sms and company().sms_active and mobile_number(customer) is not None
    if not customer.email and sms and not by_sms:
        raise DomainError(
            _("%(name)s ist weder per E-Mail noch per SMS zu erreichen. Bitte anrufen.",
              name=customer.name)
        )  # fmt: skip
    offer = entry.offer
    if customer.email:
        queue_message(
            customer, template, subject_of=entry, entry=entry, link=page_link(entry),
            until=until_text(entry), offer=offer,
            attachments=renditions_of(current_version(offer)) if offer else [], **context,
        )  # fmt: skip
    if by_sms:
        queue_sms(customer, _sms(entry), subject_of=entry.course_date,
                  trigger=SmsTrigger.WAITING_LIST, on=on, by=by)  # fmt: skip


def _sms(entry: WaitlistEntry) -> str:
    offer, course = entry.offer, entry.course_date.title[:60]
    if offer is None or offer.token is None:
        return _("Platz frei in „%(course)s“. Wer zuerst bucht, bekommt ihn: %(link)s",
                 course=course, link=page_link(entry))  # fmt: skip
    return _("Ihr Platz in „%(course)s“ ist bis %(until)s frei gehalten: %(link)s",
             course=course, until=until_text(entry), link=site.offer_link(offer.token))  # fmt: skip
