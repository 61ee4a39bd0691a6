"""What a stored draft comes to, step by step, as its form would say (spec D-16)."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from kutego.errors import DomainError
from kutego.models import DraftPosition, Invoice, InvoiceOrigin
from kutego.money import ZERO, percent
from kutego.operations.draft_vouchers import wished_vouchers
from kutego.operations.invoices import as_input
from kutego.operations.payment_methods import narrowing, narrowing_codes, told_methods
from kutego.views.office.position_outcome import WithOutcome
from kutego.views.office.position_preview import Preview, preview
from kutego.views.panel import today


class ShownDraft(WithOutcome):
    """Page and form in one, for the template of the totals; `refusal` says what stands in the way.

    Nothing is booked for a draft, so what it promised may be gone by now.
    """

    origin = InvoiceOrigin.MANUAL
    paid = ZERO
    refusal: str | None = None

    def __init__(self, draft: Invoice) -> None:
        self.draft, self.vouchers = draft, wished_vouchers(draft)
        self.code_wish = [voucher.code for voucher in self.vouchers]
        try:
            self.preview = self._priced(is_strict=True)
        except DomainError as refusal:
            self.refusal, self.preview = str(refusal), self._priced(is_strict=False)
        codes = narrowing_codes(self.vouchers) if self.preview.due else ()
        self.narrowed = tuple(told_methods([*narrowing(draft.draft_positions), *codes]))
        self.amounts = self.preview.amounts

    @property
    def lines(self) -> list[tuple[DraftPosition, str, Decimal]]:
        """The positions, how much of it, and what each comes to."""
        return [
            (line, percent(line.quantity), amount)
            for line, amount in zip(self.draft.draft_positions, self.amounts, strict=True)
        ]

    def due(self, found: Preview) -> Decimal:
        """What remains to be paid."""
        return found.due

    @property
    def payment_method(self) -> Any:
        """As a form holds it."""
        return SimpleNamespace(data=self.draft.payment_method)

    def _priced(self, *, is_strict: bool) -> Preview:
        draft = self.draft
        return preview(
            draft.customer, [as_input(position) for position in draft.draft_positions],
            codes=self.code_wish, credit=draft.credit_to_use,
            down_payment=draft.down_payment or ZERO, is_strict=is_strict, on=today(),
        )  # fmt: skip
