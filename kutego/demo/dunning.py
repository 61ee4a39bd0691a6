"""What became of those who never pay: one case for the agency, one that the office has stopped."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.demo.house import OFFICE
from kutego.models import DunningCase, Invoice
from kutego.operations.collection import hand_over
from kutego.operations.dunning import stop_dunning
from kutego.operations.dunning_plan import left_out
from kutego.operations.dunning_rules import LeftOut


def give_up_on_some(on: date) -> None:
    """Hand the oldest unpaid invoice over that has had every stage, and stop the next."""
    late = (
        select(Invoice)
        .join(DunningCase, DunningCase.invoice_id == Invoice.id)
        .where(Invoice.open_amount > 0, DunningCase.stopped_at.is_(None))
        .order_by(Invoice.due_on, Invoice.id)
        .limit(5)
    )
    with clock.at(clock.noon(on)), transaction():
        found = [i for i in db.session.scalars(late) if left_out(i, on) is LeftOut.DONE]
        if found:
            hand_over(found[0], agency="Inkasso Thüringen GmbH", on=on, by=OFFICE)
        if len(found) > 2:
            stop_dunning(found[1], reason="Ratenzahlung vereinbart", on=on, by=OFFICE)
