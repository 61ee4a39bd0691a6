"""The house's own fields: what they take, and what stays possible in use (ADM-08, ADM-09)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Activity, CustomField, CustomValue, FieldKind, FieldTarget
from kutego.operations.custom_fields import delete_custom_field
from kutego.operations.custom_values import REMOVED, save_values
from kutego.operations.customer_record import Beside, save_customer
from kutego.operations.master_data import save_record
from kutego.operations.uploads import checked
from kutego.operations.verification import verify
from tests import factories
from tests.factories import ANNA, DAY

pytestmark = pytest.mark.usefixtures("app")
ENTRIES = {
    FieldKind.TEXT: ("  groß ", "groß"),
    FieldKind.LONG_TEXT: ("eins\r\nzwei", "eins\nzwei"),
    FieldKind.NUMBER: (Decimal("12.50"), Decimal("12.50")),
    FieldKind.DATE: (date(2020, 2, 29), date(2020, 2, 29)),
    FieldKind.YES_NO: (False, False),
    FieldKind.CHOICE: ("mittel", "mittel"),
}


def field_of(kind, **values):
    if kind is FieldKind.CHOICE:
        values.setdefault("choices", "klein\nmittel\n\nmittel\ngroß")
    return factories.custom_field(kind.label, kind, **values)


def stored(customer):
    db.session.expire_all()
    return {value.field.kind: value.value for value in customer.custom_values}


def test_every_type_takes_its_values_and_the_history_tells_old_and_new():
    customer = factories.customer()
    fields = {kind: field_of(kind) for kind in ENTRIES}

    save_values(customer, {fields[kind]: typed for kind, (typed, _) in ENTRIES.items()}, by=ANNA)

    assert stored(customer) == {kind: kept for kind, (_, kept) in ENTRIES.items()}
    number = fields[FieldKind.NUMBER]
    save_values(customer, {number: Decimal("13.00"), fields[FieldKind.TEXT]: ""}, by=ANNA)
    assert FieldKind.TEXT not in stored(customer)
    told = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert told.action == "customer.fields_changed"
    assert told.detail.facts[number.key] == ["12,5", "13"]
    save_values(customer, {number: Decimal("13.00")}, by=ANNA)
    assert db.session.scalars(select(Activity).order_by(Activity.id.desc())).first() is told
    assert list(verify()) == []


@pytest.mark.parametrize(
    "kind, wrong",
    [
        (FieldKind.TEXT, "x" * 201),
        (FieldKind.TEXT, "a\x00b"),
        (FieldKind.NUMBER, Decimal("NaN")),
        (FieldKind.NUMBER, Decimal("1.234")),
        (FieldKind.NUMBER, Decimal("1e9")),
        (FieldKind.DATE, date(1899, 12, 31)),
        (FieldKind.YES_NO, "vielleicht"),
        (FieldKind.CHOICE, "riesig"),
    ],
)
def test_what_does_not_fit_the_type_is_refused_and_nothing_is_kept(kind, wrong):
    customer, field = factories.customer(), field_of(kind)
    with pytest.raises(DomainError, match=kind.label):
        save_values(customer, {field: wrong}, by=ANNA)
    assert stored(customer) == {}


def test_a_field_that_must_be_filled_in_holds_up_the_whole_record():
    group, field = factories.customer_group(), factories.custom_field("Tierarzt", is_required=True)
    customer = factories.customer()

    with pytest.raises(DomainError, match="„Tierarzt“ muss ausgefüllt sein"):
        save_customer(
            customer, {"city": "Jena"}, by=ANNA,
            beside=Beside(customer_groups=[group], fields={field: " "}),
        )  # fmt: skip

    db.session.expire_all()
    assert (customer.city, customer.customer_groups) == ("Erfurt", [])


def test_a_file_is_kept_and_taken_out():
    customer, field = factories.customer(), field_of(FieldKind.FILE)
    save_values(customer, {field: checked("Impfpass.pdf", factories.pdf())}, by=ANNA)
    save_values(customer, {field: None}, by=ANNA)

    [value] = customer.custom_values
    assert (value.value, value.media_type) == ("Impfpass.pdf", "application/pdf")
    assert files.read(value.sha256) == factories.pdf()
    assert list(verify()) == []
    save_values(customer, {field: REMOVED}, by=ANNA)
    assert stored(customer) == {}


def test_a_participant_has_fields_of_its_own_in_the_customer_s_record():
    dog = factories.participant()
    chip = factories.custom_field("Chip", target=FieldTarget.PARTICIPANT)

    save_values(dog, {chip: "276 09"}, by=ANNA)

    [value] = db.session.scalars(select(CustomValue)).all()
    assert (value.participant_id, value.customer_id) == (dog.id, dog.customer_id)
    assert dog.customer.custom_values == []
    with pytest.raises(DomainError, match="kein Feld dieses Eintrags"):
        save_values(dog.customer, {chip: "1"}, by=ANNA)


def test_a_field_in_use_can_be_put_out_of_use_but_neither_deleted_nor_turned_into_another():
    customer = factories.customer()
    size = field_of(FieldKind.CHOICE)
    save_values(customer, {size: "mittel"}, by=ANNA)

    for values, match in (
        ({"kind": FieldKind.TEXT}, "Typ eines Feldes"),
        ({"target": FieldTarget.PARTICIPANT}, "Typ eines Feldes"),
        ({"choices": "klein\ngroß"}, "„mittel“ ist bei 1 schon gewählt"),
        ({"choices": "mittel"}, "mindestens zwei"),
        ({"label": ""}, "Namen"),
    ):
        with pytest.raises(DomainError, match=match):
            save_record(size, values, by=ANNA)
    with pytest.raises(DomainError, match="nicht gelöscht"):
        delete_custom_field(size, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="gibt es schon"):
        factories.custom_field(size.label.upper())
    save_record(size, {"is_active": False}, by=ANNA)

    assert stored(customer) == {FieldKind.CHOICE: "mittel"}
    unused = factories.custom_field("Nie gebraucht")
    delete_custom_field(unused, on=DAY, by=ANNA)
    assert db.session.scalars(select(CustomField)).all() == [size]
