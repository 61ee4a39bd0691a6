"""Chained rows: what their hash covers, and that reading gives back what was written."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from kutego import clock
from kutego.db import db, transaction
from kutego.models import Activity, ChainHead, LegalKind, LegalText, chained_models
from kutego.models.chain import LATER, START, digest
from kutego.operations.activity import log_activity
from kutego.operations.verification import verify
from tests import factories
from tests.everything import everything
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")


def links(chain):
    """All rows of a chain in their order: table and content."""
    rows = []
    for model in chained_models():
        table = model.__table__
        query = select(table).where(table.c.chain == chain)
        rows += [(table, row) for row in db.session.execute(query).mappings()]
    return sorted(rows, key=lambda link: link[1]["seq"])


def test_every_link_is_the_digest_of_its_row_and_the_link_before():
    everything()

    for head in db.session.scalars(select(ChainHead)).all():
        before = START
        rows = links(head.chain)
        for seq, (table, row) in enumerate(rows, start=1):
            assert (row["seq"], row["hash"]) == (seq, digest(table, row, before))
            before = row["hash"]
        assert (head.count, head.hash) == (len(rows), before)


def test_each_customer_has_a_chain_of_their_own_and_the_house_has_one():
    first, second = factories.customer(), factories.customer()
    factories.product()

    heads = {head.chain: head.count for head in db.session.scalars(select(ChainHead))}

    assert heads == {0: 1, first.id: 1, second.id: 1}


@pytest.mark.parametrize(
    "moment",
    [
        clock.noon(DAY),
        datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-8))),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    ],
)
def test_a_moment_counts_the_same_in_every_time_zone(moment):
    with transaction() as session:
        session.add(
            LegalText(
                kind=LegalKind.TERMS, number=1, text="Text", valid_from=DAY, at=moment, by="Anna"
            )
        )

    assert list(verify()) == []


def test_facts_come_back_as_they_were_hashed():
    customer = factories.customer()
    facts = {
        "amount": Decimal("1234.5"), "day": DAY, "at": clock.now(), "many": (1, "zwei", None),
        "text": "Grüße, „ß“ \u2028 🐕", "yes": True, "deep": {"ä": [Decimal("0.10")], 7: 8},
    }  # fmt: skip

    with transaction(customer):
        log_activity(customer, "customer.tested", by=ANNA, personal=facts, **facts)

    assert list(verify()) == []
    last = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert last.facts["amount"] == "1234.50"
    assert last.detail.facts["text"] == facts["text"]


def test_a_rate_counts_the_same_however_it_was_written():
    factories.invoice(factories.line(vat_rate=Decimal("19"), quantity=Decimal("2")))

    assert list(verify()) == []


def test_a_column_that_came_later_leaves_the_hashes_of_older_rows_alone():
    """They were written without it; filled in afterwards it would show."""
    metadata = MetaData()
    before = Table("position", metadata, Column("id", Integer), Column("text", String))
    after = Table(
        "position", MetaData(), Column("id", Integer), Column("text", String),
        Column("room_id", Integer, info=LATER),
    )  # fmt: skip
    row = {"id": 1, "text": "Yoga"}

    old = digest(before, row, START)

    assert digest(after, row | {"room_id": None}, START) == old
    assert digest(after, row | {"room_id": 7}, START) != old
