"""Which ways to pay there are: those of the house, narrowed by the document (spec INV-26, PAY-08).

The narrowest wins: what the settings do not allow, no document offers; a document with a fixed
method leaves no choice.
"""

from kutego.errors import DomainError
from kutego.models import PaymentMethod, company
from kutego.texts import gettext as _

ARRANGED = (PaymentMethod.DIRECT_DEBIT, PaymentMethod.EXTERNAL)  # a customer cannot choose alone


def office_methods(stored: PaymentMethod | None = None) -> list[PaymentMethod]:
    """What somebody of the office may choose; a document keeps the method that it has."""
    allowed = company().payment_methods
    return [m for m in PaymentMethod if m.value in allowed or m is stored]


def customer_methods(method: PaymentMethod, locked: bool) -> list[PaymentMethod]:
    """What the customer may choose: the method of the document first, alone if it is fixed."""
    others = [] if locked else [m for m in office_methods() if m not in ARRANGED]
    return list(dict.fromkeys([method, *others]))


def refuse_method(method: PaymentMethod, stored: PaymentMethod | None = None) -> None:
    """Refuse a method that the settings do not allow."""
    if method not in office_methods(stored):
        raise DomainError(
            _("„%(method)s“ ist in den Einstellungen nicht als Zahlungsmethode erlaubt.",
              method=method.label)
        )  # fmt: skip
