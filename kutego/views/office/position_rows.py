"""One line of an invoice or offer as a form: its kind is given, and with it the fields it has."""

from decimal import Decimal
from typing import Any

from wtforms import Form, HiddenField

from kutego.models import PositionKind, TaxMode, Unit, company
from kutego.money import ZERO
from kutego.operations.positions import PositionInput
from kutego.views.office import position_fields as own
from kutego.views.office.house_words import PARTICIPANT
from kutego.views.office.position_choices import Choices
from kutego.views.office.position_kinds import BY_HAND, KINDS, LINKS, OWN, WHEN, LineKind
from kutego.views.office.position_labels import course_label, ticket_label
from kutego.views.panel import (
    ChoiceField,
    DateField,
    MomentField,
    MoneyField,
    PercentField,
    TextField,
)


class PositionRow(Form):
    """The fields of one line. What is left empty comes from what is chosen."""

    Meta = own.GermanMeta

    key = HiddenField()
    kind = own.KindField("Art", PositionKind, only=BY_HAND, default=PositionKind.OTHER)
    course_date_id = own.PickField("Kurs", text=course_label)
    appointment_template_id = own.PickField("Termin")
    ticket_category_id = own.PickField("Ticket", text=ticket_label)
    room_id = own.PickField("Raum")
    voucher_template_id = own.PickField("Gutschein")
    membership_template_id = own.PickField("Mitgliedschaft")
    product_id = own.PickField("Produkt")
    package_id = own.PickField("Paket")
    participant_id = own.PickField(PARTICIPANT)
    lecturer_id = own.PickField("Mit wem")
    term_template_id = own.PickField("Laufzeit")
    starts_on = DateField("Beginn", required=False)
    begins_at = MomentField("Von", required=False)
    ends_at = MomentField("Bis", required=False)
    text = TextField("Text", required=False, most=500)
    quantity = own.QuantityField("Menge", required=False)
    unit = ChoiceField("Einheit", Unit, default=Unit.PIECE)
    unit_price = MoneyField("Einzelpreis", required=False)
    discount_percent = PercentField("Rabatt", required=False, default=ZERO)
    vat_rate = own.RateField("USt")
    period_first = DateField("Leistung von", required=False)
    period_last = DateField("Leistung bis", required=False)

    known: Any = None  # the stored position that this line continues
    is_issued = False  # whether it stands on an issued invoice

    @property
    def of_kind(self) -> LineKind:
        """What a line of its kind has; of a kind that nobody writes, as little as possible."""
        return KINDS.get(self.kind.data, KINDS[PositionKind.OTHER])

    def offer(self, choices: Choices, known: dict[str, Any], is_issued: bool) -> None:
        """Fill the lists; a line that is billed already keeps what it was sold for."""
        self.known, self.is_issued = known.get(self.key.data or ""), is_issued
        kept = () if self.is_fixed else self.of_kind.fields
        for name in OWN:
            if name not in kept and name in self:
                del self[name]
            elif name in kept and name in LINKS:
                self[name].offer(choices.of(name), choices.is_cut(name))  # type: ignore[attr-defined]
        if "participant_id" in self:
            self.participant_id.label.text = company().participant_word
        if "vat_rate" in self and company().tax_mode is not TaxMode.REGULAR:
            del self.vat_rate

    @property
    def own_fields(self) -> list[Any]:
        """The fields of its kind, in the order in which they are filled in."""
        return [self[name] for name in self.of_kind.fields if name in self]

    @property
    def is_fixed(self) -> bool:
        """Whether it stands on the issued version before: who comes to what stays as it is."""
        return self.is_issued and self.known is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered at all; for whom it is may be there already."""
        names = {"text", "unit_price", *self.of_kind.fields} - {"participant_id"}
        asked = (self[name].data for name in names if name in self)
        return not self.is_fixed and all(value in (None, "") for value in asked)

    @property
    def is_priced(self) -> bool:
        """Whether it can be added up."""
        return not self.is_blank and self.unit_price.data is not None and not self.errors

    def input(self) -> PositionInput:
        """The line as the operation takes it."""
        kept = self.known if self.is_fixed else None
        values = {
            name: getattr(kept, name) if kept else self[name].data if name in self else None
            for name in (*LINKS, *WHEN)
        }
        return PositionInput(
            kind=kept.kind if kept else self.kind.data,
            text=self.text.data or "",
            unit_price=self.unit_price.data,
            vat_rate=self.vat_rate.data if "vat_rate" in self else own.STANDARD,
            quantity=self.quantity.data if self.quantity.data is not None else Decimal("1.00"),
            unit=self.unit.data,
            discount_percent=self.discount_percent.data or ZERO,
            contract_id=kept.contract_id if kept else None,
            course_day_id=kept.course_day_id if kept else None,
            key=self.known.key if self.known is not None else None,
            **values,
        )
