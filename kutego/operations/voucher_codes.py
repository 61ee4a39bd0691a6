"""The codes of vouchers: drawn so that nobody guesses them, found as people type them.

Twelve letters and digits of an alphabet of 30 without look-alikes (no 0, O, 1, I, L, U) are 59
bits: at a thousand valid codes and 40 tries a quarter of an hour a hit takes longer than the
world has lasted.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, Voucher, VoucherKind, VoucherState
from kutego.operations.logins import network, note_attempt
from kutego.texts import gettext as _

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
OWN = re.compile(r"[A-Z0-9]{4,20}")
MOST = 10  # codes on one document


def draw_code() -> str:
    """A new code. That it is unique the table sees to."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def normalised(code: str) -> str:
    """A code as it is stored, however it was typed: spaces, dashes and small letters are fine."""
    plain = unicodedata.normalize("NFKC", code[:200]).upper()
    return re.sub(r"[\s\-_.\u2010-\u2015]", "", plain)


def split_codes(text: str | None) -> list[str]:
    """The codes of a field that takes several: between commas, semicolons or lines."""
    parts = [normalised(part) for part in re.split(r"[,;\n]", text or "")]
    return list(dict.fromkeys(part for part in parts if part))


def find_vouchers(codes: Sequence[str]) -> list[Voucher]:
    """The vouchers behind normalised codes, in their order. Refuses a code that there is not."""
    if len(codes) > MOST:
        raise DomainError(_("Es gehen höchstens %(most)s Codes auf einmal.", most=MOST))
    query = select(Voucher).where(Voucher.code.in_(codes))
    found = {voucher.code: voucher for voucher in db.session.scalars(query)}
    if unknown := [code for code in codes if code not in found]:
        raise DomainError(
            _("Den Code „%(code)s“ gibt es nicht. Bitte prüfen Sie die Eingabe.",
              code=unknown[0][:40])
        )  # fmt: skip
    return [found[code] for code in codes]


def find_from_outside(text: str | None, address: str | None) -> list[Voucher]:
    """As `find_vouchers`, for somebody who is not of the office: guessing is slowed down.

    `address` is where the request is from. Raises `TooManyTries` after too many codes.
    """
    codes = split_codes(text)
    if codes:
        note_attempt(f"voucher:{network(address)}")
    return find_vouchers(codes)


def refuse_unusable(voucher: Voucher, on: date) -> None:
    """Refuse a code that is not valid on a day, and say why."""
    sentences = {
        VoucherState.BLOCKED: _("Der Gutschein %(code)s ist gesperrt."),
        VoucherState.USED_UP: _("Der Gutschein %(code)s ist schon vollständig eingelöst."),
        VoucherState.EXPIRED: _("Der Gutschein %(code)s ist abgelaufen."),
        VoucherState.UNPAID: _("Der Gutschein %(code)s gilt erst, wenn er bezahlt ist."),
        VoucherState.EARLY: _("Der Gutschein %(code)s gilt noch nicht."),
    }
    if sentence := sentences.get(voucher.state(on)):
        raise DomainError(sentence % {"code": voucher})


def refuse_stranger(voucher: Voucher, customer: Customer) -> None:
    """A discount code made for one customer is for nobody else; money is for whom has the code."""
    if voucher.kind is not VoucherKind.DISCOUNT:
        return
    if voucher.customer_id is not None and voucher.customer_id != customer.id:
        raise DomainError(_("Der Code %(code)s gilt für einen anderen Kunden.", code=voucher))
