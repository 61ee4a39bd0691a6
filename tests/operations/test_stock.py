"""Products on stock: counted, sold, brought back, sold out; the last piece goes to one (EVT-05)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import Invoice, MovementKind, PositionKind, Product, SoldOut, StockMovement
from kutego.operations.cancellations import cancel_positions, plan_cancellation
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.invoices import as_input, issue_invoice
from kutego.operations.master_data import save_record
from kutego.operations.stock import count_stock, receive_stock, stop_counting
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")


def leash(pieces="3", **values):
    product = factories.product(**values)
    if pieces is not None:
        count(product, pieces)
    return product


def count(product, pieces, reason="Inventur"):
    return count_stock(product, counted=Decimal(pieces), reason=reason, on=DAY, by=ANNA)


def sold(product, quantity="1"):
    return factories.line(
        "19.90", kind=PositionKind.PRODUCT, text="Leine", product_id=product.id,
        quantity=Decimal(quantity),
    )  # fmt: skip


def issue(draft, **values):
    return issue_invoice(draft, on=DAY, by=ANNA, **values)


def test_a_count_needs_a_reason_and_a_number_that_can_be():
    product = leash(None)

    for pieces, reason in (("1", " "), ("-1", "Inventur"), ("1000001", "Inventur")):
        with pytest.raises(DomainError):
            count(product, pieces, reason)
    with pytest.raises(DomainError, match="kein Bestand geführt"):
        receive_stock(product, quantity=Decimal(1), on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="kein Bestand geführt"):
        stop_counting(product, on=DAY, by=ANNA)
    assert product.stock is None


def test_what_is_not_counted_moves_nothing():
    product = leash(None)

    factories.invoice(sold(product, "2"))

    assert db.session.scalars(select(StockMovement)).all() == []


def test_a_drafts_takes_nothing_an_invoice_does_and_its_cancellation_brings_it_back():
    product = leash("3")
    draft = factories.draft(sold(product, "2"), sold(product))
    assert product.stock == 3

    issue(draft)
    assert product.stock == 0
    plan = plan_cancellation(draft, positions=["p1"])
    assert "2 × „Leine“ kommt zurück in den Bestand." in plan.lines()
    for keys in (["p1"], None):  # in two steps, and nothing comes back twice
        cancel_positions(draft, positions=keys, reason="Umtausch", on=DAY, by=ANNA)

    assert product.stock == 3
    kinds = [(m.kind, m.quantity, m.stock) for m in db.session.scalars(select(StockMovement))]
    assert kinds == [
        (MovementKind.COUNTED, 3, 3), (MovementKind.SOLD, -2, 1), (MovementKind.SOLD, -1, 0),
        (MovementKind.RETURNED, 2, 2), (MovementKind.RETURNED, 1, 3),
    ]  # fmt: skip
    assert list(verify()) == []


def test_the_last_piece_asks_or_refuses_as_the_product_says():
    product = leash("1")
    draft = factories.draft(sold(product, "2"))

    with pytest.raises(NeedsConfirmation, match="nur 1 da, verlangt sind 2") as asked:
        issue(draft)
    assert asked.value.code == "sold_out"
    save_record(product, {"sold_out": SoldOut.REFUSE}, by=ANNA)
    with pytest.raises(DomainError, match="ist ausverkauft"):
        issue(draft, confirmed=frozenset({"sold_out"}))
    save_record(product, {"sold_out": SoldOut.ASK}, by=ANNA)
    issue(draft, confirmed=frozenset({"sold_out"}))

    assert product.stock == -1


def test_a_delivery_and_a_new_count_move_the_stock_and_an_end_leaves_the_movements():
    product = leash("2")
    receive_stock(product, quantity=Decimal("2.5"), reason="Lieferschein 7", on=DAY, by=ANNA)
    assert product.stock == Decimal("4.50")
    assert count(product, "4", "Bruch").quantity == Decimal("-0.50")

    stop_counting(product, on=DAY, by=ANNA)
    factories.invoice(sold(product))
    count(product, "7")  # what was sold meanwhile nobody has counted

    assert product.stock == 7
    assert list(verify()) == []


def test_a_correction_takes_new_pieces_and_brings_removed_ones_back():
    product, other = leash("5"), leash("5", name="Napf")
    invoice = factories.invoice(sold(product, "2"), factories.line("5.00"))
    kept = as_input(invoice.current.positions[1])
    change = {"reason": "Umtausch", "on": DAY, "by": ANNA}

    with pytest.raises(NeedsConfirmation) as asked:
        edit_invoice(invoice, positions=[kept, sold(other)], **change)
    assert asked.value.details == ("2 × „Leine“ kommt zurück in den Bestand.",)
    edit_invoice(
        invoice, positions=[kept, sold(other)], confirmed=frozenset({"leave"}), **change
    )  # fmt: skip

    assert (product.stock, other.stock) == (5, 4)


def test_a_stock_that_its_movements_do_not_make_is_found():
    product = leash("5")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE product SET stock = 700")

    assert [p.place for p in verify()] == [f"product {product.id}"]


def test_the_last_piece_goes_to_one_of_two(app):
    product = leash("1", sold_out=SoldOut.REFUSE)
    drafts = [factories.draft(sold(product)).id for _ in range(2)]

    answers = in_threads(
        app, *(lambda id_=id_: issue(db.session.get(Invoice, id_)).number for id_ in drafts)
    )

    refused = [a for a in answers if isinstance(a, DomainError)]
    assert len(refused) == 1, answers
    assert "ausverkauft" in str(refused[0])
    db.session.rollback()
    assert db.session.scalars(select(Product.stock)).one() == 0
