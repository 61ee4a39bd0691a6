"""One line of an invoice or offer as a form: a course, a product, or anything else."""

from decimal import Decimal
from typing import Any

from wtforms import Form, HiddenField
from wtforms.meta import DefaultMeta

from kutego.models import PositionKind, TaxMode, Unit, company
from kutego.money import ZERO
from kutego.operations.positions import PositionInput
from kutego.views.office.position_choices import Choices, course_label
from kutego.views.office.position_fields import STANDARD, PickField, QuantityField, RateField
from kutego.views.panel import ChoiceField, DateField, MoneyField, PercentField, TextField
from kutego.views.panel.forms import PanelForm

BY_HAND = tuple(kind for kind in PositionKind if kind is not PositionKind.DUNNING_FEE)
LINKS = ("participant_id", "course_date_id", "term_template_id", "product_id")
WHEN = ("starts_on", "period_first", "period_last")


class PositionRow(Form):
    """The fields of one line. What is left empty comes from the course or product."""

    class Meta(DefaultMeta):
        locales = ("de",)
        get_translations = PanelForm.Meta.get_translations

    key = HiddenField()
    kind = ChoiceField("Art", PositionKind, only=BY_HAND, default=PositionKind.OTHER)
    course_date_id = PickField("Kurs", text=course_label)
    product_id = PickField("Produkt")
    participant_id = PickField("Teilnehmer")
    term_template_id = PickField("Laufzeit")
    starts_on = DateField("Beginn", required=False)
    text = TextField("Text", required=False, most=500)
    quantity = QuantityField("Menge", required=False, default=Decimal("1.00"))
    unit = ChoiceField("Einheit", Unit, default=Unit.PIECE)
    unit_price = MoneyField("Einzelpreis", required=False)
    discount_percent = PercentField("Rabatt", required=False, default=ZERO)
    vat_rate = RateField("USt")
    period_first = DateField("Leistung von", required=False)
    period_last = DateField("Leistung bis", required=False)

    known: Any = None  # the stored position that this line continues
    is_issued = False  # whether it stands on an issued invoice

    def offer(self, choices: Choices, known: dict[str, Any], is_issued: bool) -> None:
        """Fill the lists; a line that is billed already keeps what it was sold for."""
        self.known = known.get(self.key.data or "")
        self.is_issued = is_issued
        for name in LINKS:
            self[name].records = choices.of(name)  # type: ignore[union-attr]  # a PickField
        if company().tax_mode is not TaxMode.REGULAR:
            del self.vat_rate

    @property
    def is_fixed(self) -> bool:
        """Whether it stands on the issued version before: who comes to what stays as it is."""
        return self.is_issued and self.known is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered at all."""
        names = ("text", "unit_price", "course_date_id", "product_id", "participant_id")
        return not self.is_fixed and all(self[name].data in (None, "") for name in names)

    @property
    def is_priced(self) -> bool:
        """Whether it can be added up."""
        return not self.is_blank and self.unit_price.data is not None and not self.errors

    def input(self) -> PositionInput:
        """The line as the operation takes it; links that its kind does not have are dropped."""
        kept = self.known if self.is_fixed else None
        kind = kept.kind if kept else self.kind.data
        links = {name: getattr(kept, name) if kept else self[name].data for name in LINKS}
        when = {name: self[name].data for name in WHEN}
        if kind is not PositionKind.COURSE:
            links |= {"course_date_id": None, "term_template_id": None}
            when["starts_on"] = None
        if kind is not PositionKind.PRODUCT:
            links["product_id"] = None
        if kept:
            when = {name: getattr(kept, name) for name in WHEN}
        return PositionInput(
            kind=kind,
            text=self.text.data or "",
            unit_price=self.unit_price.data,
            vat_rate=self.vat_rate.data if "vat_rate" in self else STANDARD,
            quantity=self.quantity.data if self.quantity.data is not None else Decimal("1.00"),
            unit=self.unit.data,
            discount_percent=self.discount_percent.data or ZERO,
            contract_id=kept.contract_id if kept else None,
            key=self.known.key if self.known is not None else None,
            **links,
            **when,
        )
