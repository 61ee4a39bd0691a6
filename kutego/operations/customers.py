"""Customers: created, corrected, locked."""

from datetime import date
from typing import Any

from sqlalchemy import select

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    CustomerState,
    NumberKind,
)
from kutego.operations.activity import log_activity
from kutego.operations.contact_data import checked_iban, email_address, phone_number
from kutego.operations.master_data import rule_for, save_record
from kutego.operations.numbers import draw_number, lock_ranges
from kutego.operations.reasons import given_reason
from kutego.texts import gettext as _

POSTCODE_DIGITS = {"DE": 5, "AT": 4, "CH": 4, "LI": 4, "FR": 5, "IT": 5, "PL": 5, "LU": 4}


def create_customer(values: dict[str, Any], *, by: Actor) -> Customer:
    """Take a new customer in. `values` are columns of `Customer`; the number is drawn here."""
    customer = Customer(**{k: v for k, v in values.items() if k in ("is_company", "origin")})
    return save_record(customer, values, by=by)


@rule_for(Customer)
def check_customer(customer: Customer, by: Actor) -> None:
    """What must hold for a customer; a new one gets a number."""
    complete_customer(customer)
    refuse_known_email(customer)
    if customer.number is None:
        number_customer(customer, draw_number(NumberKind.CUSTOMER, on=clock.today()), by=by)
    elif db.session.is_modified(customer):
        customer.updated_at, customer.updated_by = clock.now(), by.name
    customer.refresh_keys()


def complete_customer(customer: Customer) -> None:
    """What can be told of a customer alone: a name, an address of mail, a real IBAN, a postcode."""
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("Der Kunde ist anonymisiert. Hier wird nichts mehr eingetragen."))
    if not (customer.first_name or customer.last_name or customer.company_name or customer.email):
        raise DomainError(_("Bitte einen Namen, eine Firma oder eine E-Mail-Adresse eingeben."))
    if customer.is_company and not customer.company_name:
        raise DomainError(_("Bitte den Namen der Firma eingeben."))
    if customer.permanent_discount is not None and not 0 <= customer.permanent_discount <= 100:
        raise DomainError(_("Der dauerhafte Rabatt liegt zwischen 0 und 100 Prozent."))
    if customer.birthday and customer.birthday > clock.today():
        raise DomainError(_("Der Geburtstag liegt in der Zukunft. Bitte das Datum prüfen."))
    customer.email = email_address(customer.email)
    _check_postcode(customer)
    customer.country = (customer.country or "DE").upper()
    customer.phone = phone_number(customer.phone, customer.country)
    customer.mobile = phone_number(customer.mobile, customer.country)
    customer.further_phone = phone_number(customer.further_phone, customer.country)
    _check_bank(customer)


def number_customer(customer: Customer, number: str, *, by: Actor) -> None:
    """Take a new customer into the books."""
    customer.number = number
    customer.created_at, customer.created_by = clock.now(), by.name
    customer.first_seen_at = customer.first_seen_at or customer.created_at


def note_change(customer: Customer, *, by: Actor) -> None:
    """Note that something was changed that hangs on the record, so that a stale form is refused."""
    customer.revision += 1
    customer.updated_at, customer.updated_by = clock.now(), by.name


def _check_bank(customer: Customer) -> None:
    iban = checked_iban(customer.iban)
    customer.iban = str(iban) if iban else None
    if iban and not customer.bic and iban.bic:
        customer.bic = str(iban.bic)


def _check_postcode(customer: Customer) -> None:
    digits = POSTCODE_DIGITS.get((customer.country or "DE").upper())
    plain = (customer.postcode or "").replace("-", "").replace(" ", "")
    if customer.postcode and digits and not (plain.isdigit() and len(plain) == digits):
        raise DomainError(
            _("Die Postleitzahl hat %(digits)s Ziffern. Bitte prüfen.", digits=digits)
        )


def refuse_known_email(customer: Customer) -> None:
    """Refuse an address that an active customer has already (spec CUS-15)."""
    if not customer.email:
        return
    lock_ranges()  # whoever gives somebody an address waits here until the other is through
    other = select(Customer).where(
        Customer.email == customer.email, Customer.state == CustomerState.ACTIVE
    )
    known = db.session.scalar(other.limit(1))
    if known is not None and known is not customer:
        raise DomainError(
            _(
                "Die E-Mail-Adresse gehört schon zu %(name)s (%(number)s). "
                "Bitte diesen Kunden verwenden oder eine andere Adresse eingeben.",
                name=known.name,
                number=known.number,
            )
        )


@operation
def lock_customer(customer: Customer, *, reason: str, on: date, by: Actor) -> None:
    """No booking, no login and no system mail for this customer; all data stay (spec CUS-36)."""
    reason = given_reason(reason, most=200)
    if customer.employee is not None and customer.employee.is_active:
        raise DomainError(
            _("%(name)s ist Mitarbeiter und kann nicht gesperrt werden. Bitte zuerst die Anmeldung "
              "deaktivieren: unter Unternehmen, Mitarbeiter.", name=customer.name)
        )  # fmt: skip
    customer.move_to(CustomerState.LOCKED)
    customer.lock_reason = reason
    customer.revision += 1
    log_activity(customer, "customer.locked", by=by, personal={"reason": reason})


@operation
def lock_with_main_account(
    customer: Customer, *, main_account_id: int, reason: str | None = None, on: date, by: Actor
) -> None:
    """Close a second account and say where the customer is now (spec DUP-03, 07). All data stay."""
    main = db.session.get_one(Customer, main_account_id)
    if main.id == customer.id:
        raise DomainError(_("Das Hauptkonto muss ein anderer Kunde sein."))
    if main.state is not CustomerState.ACTIVE:
        raise DomainError(
            _("%(number)s ist nicht aktiv und kann kein Hauptkonto sein.", number=main.number)
        )
    why = reason or _("Zweites Konto von %(number)s", number=main.number)
    lock_customer(customer, reason=why, on=on, by=by)
    customer.main_account_id = main.id
    log_activity(customer, "customer.pointed", by=by, other=main.number)
    log_activity(main, "customer.became_main", by=by, other=customer.number)


@operation
def unlock_customer(customer: Customer, *, reason: str, on: date, by: Actor) -> None:
    """Let a locked customer book again."""
    reason = given_reason(reason)
    if customer.merged_at is not None:
        raise DomainError(
            _("%(number)s ist zusammengeführt worden. Bitte die Zusammenführung rückgängig machen.",
              number=customer.number)
        )  # fmt: skip
    refuse_known_email(customer)
    customer.move_to(CustomerState.ACTIVE)
    customer.lock_reason = customer.main_account_id = None
    customer.revision += 1
    log_activity(customer, "customer.unlocked", by=by, personal={"reason": reason})
