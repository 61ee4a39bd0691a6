"""Which ways to pay there are (spec INV-26, PAY-08). The narrowest wins.

The house allows some, what is sold may allow fewer of them (a course date, a product, a voucher
template …), so may a code for what it leaves to be paid, and a document with a fixed method leaves
no choice.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    AppointmentTemplate,
    CourseDate,
    MembershipTemplate,
    Package,
    PaymentMethod,
    PositionKind,
    Product,
    Room,
    TermTemplate,
    TicketCategory,
    Voucher,
    VoucherTemplate,
    company,
)
from kutego.models.payment_method import Offering
from kutego.texts import gettext as _

ARRANGED = (PaymentMethod.DIRECT_DEBIT, PaymentMethod.EXTERNAL)  # a customer cannot choose alone
OFFERINGS: dict[PositionKind, dict[str, Any]] = {
    PositionKind.COURSE: {"course_date_id": CourseDate, "term_template_id": TermTemplate},
    PositionKind.APPOINTMENT: {"appointment_template_id": AppointmentTemplate},
    PositionKind.TICKET: {"ticket_category_id": TicketCategory},
    PositionKind.ROOM: {"room_id": Room},
    PositionKind.VOUCHER: {"voucher_template_id": VoucherTemplate},
    PositionKind.MEMBERSHIP: {"membership_template_id": MembershipTemplate},
    PositionKind.PRODUCT: {"product_id": Product},
    PositionKind.PACKAGE: {"package_id": Package},
}


def office_methods(
    stored: PaymentMethod | None = None, offerings: Iterable[Offering] = ()
) -> list[PaymentMethod]:
    """What somebody of the office may choose; a document keeps the method that it has."""
    allowed = company().payment_methods
    methods = [m for m in PaymentMethod if m.value in allowed or m is stored]
    for offering in offerings:
        methods = [m for m in methods if _takes(offering, m)]
    return methods


def customer_methods(
    method: PaymentMethod, locked: bool, offerings: Iterable[Offering] = ()
) -> list[PaymentMethod]:
    """What the customer may choose: the method of the document first, alone if it is fixed."""
    others = [] if locked else [m for m in office_methods(None, offerings) if m not in ARRANGED]
    return list(dict.fromkeys([method, *others]))


def refuse_method(
    method: PaymentMethod,
    stored: PaymentMethod | None = None,
    offerings: Sequence[Offering] = (),
) -> None:
    """Refuse a method that the settings, or what is sold, do not allow."""
    if method not in office_methods(stored):
        raise DomainError(
            _("„%(method)s“ ist in den Einstellungen nicht als Zahlungsmethode erlaubt.",
              method=method.label)
        )  # fmt: skip
    refusing = next((o for o in offerings if not _takes(o, method)), None)
    if refusing is None:
        return
    if not office_methods(stored, offerings):
        told = "; ".join(told_methods(offerings))
        if any(isinstance(offering, Voucher) for offering in offerings):
            raise DomainError(
                _("Für diese Positionen und Codes gibt es keine gemeinsame Zahlungsmethode: "
                  "%(told)s. Bitte den Code weglassen oder auf mehrere Dokumente verteilen.",
                  told=told)
            )  # fmt: skip
        raise DomainError(
            _("Für diese Positionen gibt es keine gemeinsame Zahlungsmethode: %(told)s. Bitte auf "
              "mehrere Dokumente verteilen.", told=told)
        )  # fmt: skip
    raise DomainError(
        _("„%(method)s“ geht hier nicht: %(told)s.", method=method.label,
          told="; ".join(told_methods([refusing])))
    )  # fmt: skip


def refuse_rest(
    method: PaymentMethod,
    vouchers: Iterable[Voucher],
    rest: Decimal,
    lines: Iterable[Any] = (),
) -> None:
    """Refuse a method that a code does not allow for the `rest` (Euro) that is left to be paid."""
    codes = narrowing_codes(vouchers)
    if codes and rest > 0:
        refuse_method(method, method, [*narrowing(lines), *codes])


def narrowing_codes(vouchers: Iterable[Voucher]) -> list[Voucher]:
    """The codes that do not leave every way to pay."""
    return [voucher for voucher in vouchers if voucher.payment_methods is not None]


def narrowing(lines: Iterable[Any]) -> list[Offering]:
    """What the lines sell that may not be paid in every way; a billed period was sold before."""
    asked: dict[Any, set[int]] = {}
    for line in lines:
        sold = OFFERINGS.get(line.kind, {}) if line.contract_id is None else {}
        for name, model in sold.items():
            if (id_ := getattr(line, name)) is not None:
                asked.setdefault(model, set()).add(id_)
    found: list[Offering] = []
    for model, ids in asked.items():
        query = select(model).where(model.id.in_(ids)).order_by(model.id)
        found += [o for o in db.session.scalars(query) if o.payment_methods is not None]
    return found


def told_methods(offerings: Iterable[Offering]) -> list[str]:
    """`„Leine“ nur Überweisung oder PayPal`, for a sentence."""
    return [
        _("„%(what)s“ nur %(methods)s", what=_name(offering), methods=methods_text(offering))
        for offering in offerings
    ]


def _takes(offering: Offering, method: PaymentMethod) -> bool:
    return offering.payment_methods is None or method.value in offering.payment_methods


def _name(offering: Offering) -> str:
    if isinstance(offering, Voucher):
        return _("Gutschein %(code)s", code=offering.short)
    return str(offering)


def methods_text(offering: Offering) -> str:
    """`Überweisung oder PayPal`; empty where every way is open."""
    names = [PaymentMethod(value).label for value in offering.payment_methods or ()]
    return _(" oder ").join(names)
