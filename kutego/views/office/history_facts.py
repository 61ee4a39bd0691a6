"""Facts of the history as people read them: what changed from what to what."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Column, Enum

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models import Activity
from kutego.money import Hundredths, euro, percent
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.custom_known import PREFIX, label_of, may_read
from kutego.views.panel.places import all_views

LABELS = {
    "first_name": m("Vorname"), "last_name": m("Nachname"), "email": m("E-Mail"),
    "street": m("Straße"), "address_extra": m("Adresszusatz"), "postcode": m("PLZ"),
    "city": m("Ort"), "country": m("Land"), "phone": m("Telefon"), "mobile": m("Mobil"),
    "salutation": m("Anrede"), "title": m("Titel"), "is_company": m("Firmenkunde"),
    "company_name": m("Firma"), "vat_id": m("USt-IdNr."), "birthday": m("Geburtstag"),
    "payment_method": m("Zahlungsmethode"), "permanent_discount": m("Dauerhafter Rabatt"),
    "iban": m("IBAN"), "bic": m("BIC"), "account_holder": m("Kontoinhaber"),
    "newsletter": m("Newsletter"), "remark": m("Bemerkung"), "breed": m("Rasse"),
    "gender": m("Geschlecht"), "relation": m("Beziehung"), "state": m("Status"),
    "further_phone": m("Weiteres Telefon"), "customer_groups": m("Kundengruppen"),
    "recipient_groups": m("Empfängergruppen"), "label": m("Name"),
    "agency": m("Inkassounternehmen"), "customer_id": m("Kunde"), "reason": m("Grund"),
    "recipient": m("Empfänger"), "subject": m("Betreff"), "sender": m("Von"),
    "assignee": m("Zuständig"), "topic": m("Thema"), "holder": m("Kontoinhaber"),
    "text": m("Text"), "follow_up_on": m("Wiedervorlage"), "employee": m("Zuständig"),
    "visibility": m("Sichtbarkeit"), "participant": m("{participant}"), "name": m("Name"),
    "instructor": m("Kursleitung"), "first": m("Erster Tag"), "last": m("Letzter Tag"),
    "level": m("Stufe"), "attendance": m("Anwesenheit"),
}  # fmt: skip


def details(activity: Activity, may_see: Callable[[str], bool] = lambda name: True) -> list[str]:
    """The personal facts behind it that one may see: what changed from what to what."""
    if activity.detail is None:
        return []
    table = Base.metadata.tables.get(activity.subject_type)
    columns = {} if table is None else {column.key: column for column in table.columns}
    return [
        _detail(_label(name, activity.subject_type), value, columns.get(name))
        for name, value in activity.detail.facts.items()
        if may_see(name) and (not name.startswith(PREFIX) or may_read(name))
    ]


def _label(name: str, kind: str) -> str:
    """What a fact of such a record is called: as its page says where nothing else does."""
    if name.startswith(PREFIX):
        return label_of(name)
    if name in LABELS:
        return _(LABELS[name])
    views = (view for view in all_views().values() if view.model.__tablename__ == kind)
    labels = (
        str(column.label)
        for view in views
        for column in (*view.columns, *view.fields)
        if column.key == name
    )
    return next(labels, name)


def _detail(label: str, value: Any, column: Column[Any] | None) -> str:
    if isinstance(value, list) and len(value) == 2:
        old, new = (_as_in(column, part) for part in value)
        return f"{label}: {old} → {new}"
    return f"{label}: {_as_in(column, value)}"


def _as_in(column: Column[Any] | None, value: Any) -> str:
    """A stored fact as a screen shows its column: the label of a closed list, a percentage."""
    kind = column.type if column is not None else None
    members = kind.enum_class if isinstance(kind, Enum) else None
    if value is not None and members is not None and issubclass(members, Labelled):
        return dict(members.choices()).get(str(value), str(value))
    if value is not None and isinstance(kind, Hundredths):
        return f"{percent(Decimal(str(value)))} %"
    return shown(value) or "–"


def shown(value: Any) -> str:
    """One fact: a day, an amount, yes or no, or the text itself."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    if text[-3:-2] == ".":
        try:
            return euro(Decimal(text))
        except InvalidOperation:
            return text
    return text
