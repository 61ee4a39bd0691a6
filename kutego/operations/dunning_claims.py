"""What is demanded in a dunning letter: the open amounts, default interest, the lump sum."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kutego.models import DunningStage, Invoice, StageKind
from kutego.money import ZERO
from kutego.operations.default_interest import LUMP_SUM, accrued, default_since, fees_on


@dataclass(frozen=True)
class Claim:
    """What is demanded for one invoice; `open_amount` with all its fees."""

    invoice: Invoice
    stage: DunningStage
    open_amount: Decimal
    interest: Decimal
    interest_from: date | None
    lump_sum: Decimal

    @property
    def total(self) -> Decimal:
        """All together."""
        return self.open_amount + self.interest + self.lump_sum


def claim_of(invoice: Invoice, stage: DunningStage, on: date) -> Claim:
    """The demand as of a day: interest and lump sum only of businesses, with a notice only."""
    run, interest, since, lump = stage.run, ZERO, None, ZERO
    is_notice = stage.kind is StageKind.NOTICE and invoice.customer.is_company
    if is_notice and (run.claims_interest or run.claims_lump_sum):
        since = default_since(invoice, before=on)
    if since is not None and run.claims_interest:
        interest = accrued(invoice, since, on)
    if since is not None and run.claims_lump_sum:
        lump = LUMP_SUM
    return Claim(invoice, stage, invoice.open_amount, interest, since, lump)


def claim_json(claim: Claim) -> dict[str, Any]:
    """As a notice's snapshot holds it."""
    invoice = claim.invoice
    return {
        "invoice_id": invoice.id,
        "number": invoice.number,
        "issued_on": invoice.issued_on.isoformat() if invoice.issued_on else None,
        "due_on": invoice.due_on.isoformat() if invoice.due_on else None,
        "total": f"{invoice.total:.2f}",
        "stage": claim.stage.name,
        "fees": f"{fees_on(invoice):.2f}",
        "open": f"{claim.open_amount:.2f}",
        "interest": f"{claim.interest:.2f}",
        "interest_from": claim.interest_from.isoformat() if claim.interest else None,  # type: ignore[union-attr]
        "lump_sum": f"{claim.lump_sum:.2f}",
    }
