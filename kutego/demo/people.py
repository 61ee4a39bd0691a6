"""Customers and dogs of the demo."""

from decimal import Decimal
from random import Random
from typing import Any

from kutego.demo.house import OFFICE
from kutego.demo.names import (
    BREEDS,
    CITIES,
    COMPANIES,
    DOGS,
    LAST_NAMES,
    MEN,
    REMARKS,
    STREETS,
    WOMEN,
)
from kutego.models import Customer, Gender, Origin, Participant, PaymentMethod, Salutation
from kutego.operations.customers import create_customer
from kutego.operations.participants import create_participant
from kutego.texts import sort_key


def customer_values(random: Random, n: int) -> dict[str, Any]:
    """The columns of the n-th customer: mostly people, some companies, some from abroad."""
    first, last = random.choice(WOMEN + MEN), random.choice(LAST_NAMES)
    postcode, city, country = random.choice(CITIES)
    is_company = n % 20 == 7
    local = "".join(c if c.isalnum() else "." for c in sort_key(f"{first} {last}"))
    local = local.encode("ascii", "ignore").decode().strip(".")
    return {
        "salutation": Salutation.MR if first in MEN else Salutation.MS,
        "first_name": first,
        "last_name": last,
        "is_company": is_company,
        "company_name": COMPANIES[n // 20 % len(COMPANIES)] if is_company else None,
        "street": f"{random.choice(STREETS)} {random.randint(1, 120)}",
        "postcode": postcode,
        "city": city,
        "country": country,
        "email": f"{local}.{n + 1}@example.org",
        "phone": f"+49 361 {random.randint(1000000, 9999999)}",
        "mobile": f"+49 151 {random.randint(10000000, 99999999)}" if n % 3 else None,
        "payment_method": PaymentMethod.BANK_TRANSFER,
        "permanent_discount": Decimal("5.00") if n % 33 == 5 else Decimal("0.00"),
        "origin": Origin.WEBSITE if n % 3 == 0 else Origin.STAFF,
        "remark": random.choice(REMARKS) if n % 6 == 0 else None,
    }


def dog_values(random: Random, n: int) -> dict[str, Any]:
    """The columns of a dog."""
    return {
        "first_name": random.choice(DOGS),
        "breed": random.choice(BREEDS),
        "gender": random.choice((Gender.FEMALE, Gender.MALE)),
    }


def make_customer(random: Random, n: int) -> Customer:
    """The n-th customer."""
    return create_customer(customer_values(random, n), by=OFFICE)


def make_dogs(random: Random, customer: Customer) -> list[Participant]:
    """One to three dogs."""
    many = random.choice((1, 1, 1, 1, 2, 2, 3))
    return [create_participant(customer, dog_values(random, i), by=OFFICE) for i in range(many)]
