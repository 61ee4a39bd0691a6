"""The button to end a contract (§ 312k BGB), as customers, strangers and robots press it."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.models import ContractState, LoginAttempt, Message, Role, Task
from kutego.operations.online_notices import open_notice
from kutego.operations.terminations import earliest_end
from kutego.views.panel.forms import today
from tests import factories
from tests.views.visitor import Visitor, hidden_fields, staff

PAGE = "/kuendigen"
MIA = {
    "kind": "ordinary", "name": "Mia Weiß", "email": "Mia@example.org", "reason": "",
    "website": "", "ends_on": "",
}  # fmt: skip


@pytest.fixture
def contract(app):
    with clock.at(clock.noon(date(2026, 11, 1))):
        factories.employee()  # whom the task is for
        return factories.contract(
            factories.customer(email="mia@example.org"), starts_on=date(2026, 11, 1)
        )


def give(guest, **fields):
    hidden = hidden_fields(guest.get(PAGE).text, PAGE)
    return guest.post(PAGE, {**hidden, **MIA, **fields})


def newest(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def test_a_notice_needs_no_login_is_confirmed_at_once_and_waits_at_the_contract(app, contract):
    guest = Visitor(app)
    assert 'href="/kuendigen">Verträge hier kündigen' in guest.get("/impressum").text

    answer = give(guest, contract=f"Vertrag {contract.number}, Bello")

    assert answer.location == "/kuendigen/eingegangen", answer.text
    shown, kept = guest.get(answer.location).text, guest.get("/kuendigen/bestaetigung.txt")
    confirmation, task = newest(Message), newest(Task)
    [moment] = re.findall(r"<dd>(\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr)</dd>", shown)
    for words in (shown, kept.text, confirmation.body):
        assert moment in words
        assert "zum frühestmöglichen Zeitpunkt" in words
    assert "attachment" in kept.headers["Content-Disposition"]
    assert (confirmation.recipient, confirmation.customer_id) == (
        "mia@example.org", contract.customer_id
    )  # fmt: skip
    end = earliest_end(contract, today())
    assert f"endet der Vertrag am {end:%d.%m.%Y}" in confirmation.body
    assert f"{end:%d.%m.%Y}" not in shown  # a stranger learns nothing of what we know
    assert (task.subject_type, task.subject_id, task.customer_id) == (
        "contract", contract.id, contract.customer_id
    )  # fmt: skip

    clerk = staff(app, factories.employee(Role.OFFICE))
    page = f"/buero/contracts/{contract.id}/"
    assert f"Am {moment} hat der Kunde diesen Vertrag" in clerk.get(page).text
    form = f"{page}terminate-contract/"
    received = {"received_on": today().isoformat()}
    assert f'value="{today()}"' in clerk.get(form).text
    looked = clerk.send(form, **received)
    clerk.post(form, {**hidden_fields(looked.text), **received})
    db.session.rollback()
    assert (contract.state, contract.terminated_to) == (ContractState.TERMINATED, end)
    assert open_notice(contract) is None


def test_strangers_and_robots_get_no_further_and_learn_nothing(app, contract):
    guest = Visitor(app)
    refused = (
        ({"name": " "}, "Ihren Namen"),
        ({"contract": ""}, "welchen Vertrag"),
        ({"email": "mia"}, "keine E-Mail-Adresse"),
        ({"kind": "extraordinary"}, "nennen Sie den Grund"),
        ({"ends_on": "morgen"}, "als Datum"),
        ({"csrf_token": "x"}, "zu lange offen"),
    )
    for fields, sentence in refused:
        answer = give(guest, **{"contract": contract.number, **fields})
        assert answer.status_code in (400, 422), fields
        assert sentence in answer.text
    assert give(guest, contract=contract.number, website="http://x").location == PAGE
    assert (newest(Task), guest.get("/kuendigen/bestaetigung.txt").status_code) == (None, 404)
    assert staff(app, factories.employee()).post(PAGE, MIA).status_code == 403

    # the number alone is not enough: the office looks itself, the sender gets the confirmation
    answer = give(guest, contract=contract.number, email="eve@example.org", kind="extraordinary",
                  reason="<b>Umzug</b>\x07", ends_on="2026-12-31")  # fmt: skip
    assert answer.status_code == 303, answer.text
    message, task = newest(Message), newest(Task)
    assert open_notice(contract) is None
    assert (message.recipient, message.customer_id) == ("eve@example.org", None)
    assert "Grund: <b>Umzug</b>\n" in message.body
    assert (task.customer_id, task.subject_type) == (None, None)
    assert "passen zu keinem Vertrag" in task.text
    assert "&lt;b&gt;Umzug" in guest.get("/kuendigen/eingegangen").text

    fields = {**hidden_fields(guest.get(PAGE).text, PAGE), **MIA, "contract": contract.number}
    assert [guest.post(PAGE, fields).status_code for _each in "12"] == [303, 303]
    db.session.rollback()
    assert db.session.scalar(select(func.count(Task.id))) == 2  # a double click is one notice
    answers = [give(guest, contract=contract.number).status_code for _each in range(10)]
    assert answers[-1] == 429
    assert not any("mia" in key for key in db.session.scalars(select(LoginAttempt.key)))
