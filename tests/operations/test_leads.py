"""Whoever writes or signs up: one record for each person, a lead as long as it is all."""

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.actor import SYSTEM
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import NOTHING_YET, Activity, Customer, Origin
from kutego.operations.customers import lock_customer
from kutego.operations.leads import take_in
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")
GIVEN = {"on": DAY, "by": SYSTEM}


def test_a_sign_up_makes_a_lead_and_a_second_one_finds_it():
    with clock.at(clock.noon(DAY)):
        lead = take_in(
            email=" Uwe@Example.org ", origin=Origin.NEWSLETTER,
            values={"first_name": "Uwe", "remark": "nicht gefragt", "permanent_discount": 99},
            **GIVEN,
        )  # fmt: skip
    again = take_in(email="uwe@example.ORG", origin=Origin.CONTACT_FORM,
                    values={"first_name": "Mallory", "phone": "0361 1"}, **GIVEN)  # fmt: skip

    assert again is lead
    assert (lead.email, lead.origin, lead.first_name) == (
        "uwe@example.org", Origin.NEWSLETTER, "Uwe",
    )  # fmt: skip
    assert (lead.remark, lead.permanent_discount, lead.phone) == (None, 0, None)
    assert lead.first_seen_at == clock.noon(DAY)
    told = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert told.action == "customer.seen_again"
    assert told.detail.facts == {"first_name": "Mallory", "phone": "0361 1"}


def test_nobody_gets_a_second_record_because_the_first_is_locked():
    locked = factories.customer(email="uwe@example.org")
    lock_customer(locked, reason="zahlt nicht", on=DAY, by=ANNA)

    assert take_in(email="uwe@example.org", origin=Origin.WEBSITE, **GIVEN) is locked
    active = factories.customer(email="uwe@example.org")
    assert take_in(email="uwe@example.org", origin=Origin.WEBSITE, **GIVEN) is active


@pytest.mark.parametrize("email", ["", " ", "kein-at", "a@b@c.de"])
def test_without_an_address_nobody_is_taken_in(email):
    with pytest.raises(DomainError, match="E-Mail-Adresse"):
        take_in(email=email, origin=Origin.INFO_AGENT, **GIVEN)
    assert db.session.scalars(select(Customer)).all() == []


def test_two_sign_ups_at_once_make_one_customer(app):
    def sign_up():
        return take_in(email="gleich@example.org", origin=Origin.CALLBACK_FORM, **GIVEN).number

    assert set(in_threads(app, *[sign_up] * 4)) == {"00001"}


def test_a_lead_is_nobody_with_a_participant_a_bill_a_contract_or_a_login():
    lead = factories.customer()
    factories.participant()
    factories.invoice()
    factories.contract()
    factories.employee()

    assert db.session.scalars(select(Customer).where(NOTHING_YET)).all() == [lead]
    assert lead.is_lead
