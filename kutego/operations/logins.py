"""Logging in: passwords, and the throttle that all processes share.

Every try is written down as a failure before the password is looked at, and taken back when it
was right: so tries that run at the same time are all counted. The password itself is hashed
outside every transaction, because that takes a while by design.
"""

import re
import secrets
import unicodedata
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, text

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Employee, LoginAttempt
from kutego.texts import gettext as _
from kutego.texts import ngettext

KEPT = timedelta(hours=24)
FREE_TRIES = {
    "account": 5, "address": 30, "code": 10, "token": 20, "answer": 40, "voucher": 10,
    "notice": 10,
}  # fmt: skip
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
SHORTEST, LONGEST = 10, 200  # characters of a password
COMMON = frozenset(
    {
        "passwort", "password", "kennwort", "qwertz", "qwerty", "qwertzuiop", "qwertyuiop",
        "asdfghjkl", "yxcvbnm", "zxcvbnm", "hallo", "willkommen", "welcome", "geheim", "secret",
        "admin", "administrator", "letmein", "iloveyou", "ichliebedich", "schatz", "sommer",
        "winter", "frühling", "herbst", "fußball", "kutego", "test", "login", "start", "dragon",
    }
)  # fmt: skip

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's first choice


class TooManyTries(DomainError):
    """So many wrong passwords that the next try has to wait."""


def check_login(email: str, password: str, address: str | None) -> Employee:
    """The employee who knows this password; raises `DomainError` in the same words for any other.

    An unknown account takes as long as a wrong password. `address` is where the request is from.
    """
    email = email.strip().lower()[:180]
    keys = (f"account:{email}", f"address:{network(address)}")
    attempts = note_attempt(*keys)
    employee = db.session.scalar(select(Employee).where(Employee.email == email))
    usable = employee is not None and employee.is_active
    known = employee.password_hash if employee is not None and usable else _nobody()
    if not fits(known, password) or not usable or employee is None:
        raise DomainError(_("E-Mail-Adresse oder Passwort stimmt nicht."))
    new_hash = hash_password(password) if _hasher.check_needs_rehash(known) else known
    with transaction(employee):
        if employee.password_hash != known or not employee.is_active:
            raise DomainError(_("E-Mail-Adresse oder Passwort stimmt nicht."))
        employee.password_hash = new_hash
        employee.last_login_at = clock.now()
        forgive(attempts, keys[0])
    return employee


def check_own_password(employee: Employee, password: str) -> None:
    """Ask once more for the password of somebody who is logged in; throttled like the login."""
    key = f"account:{employee.email}"
    attempts = note_attempt(key)
    if not fits(employee.password_hash, password):
        raise DomainError(_("Das bisherige Passwort stimmt nicht."))
    with transaction():
        forgive(attempts, key)


# --- the throttle -----------------------------------------------------------------------------


def note_attempt(*keys: str) -> list[int]:
    """Count one try for every key (`kind:name`) and return its rows, or raise `TooManyTries`."""
    _refuse_too_many(keys)  # a flood of refused tries does not even ask for the write lock
    with transaction() as session:
        _lock_keys(keys)
        _refuse_too_many(keys)
        old = delete(LoginAttempt).where(LoginAttempt.at < clock.now() - KEPT)
        session.execute(old.execution_options(synchronize_session=False))
        rows = [LoginAttempt(key=key, at=clock.now()) for key in keys]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def forgive(attempts: list[int], key: str) -> None:
    """Take back a try that was right, and with it all earlier ones of `key`."""
    right = LoginAttempt.id.in_(attempts) | (LoginAttempt.key == key)
    db.session.execute(
        delete(LoginAttempt).where(right).execution_options(synchronize_session=False)
    )


def _refuse_too_many(keys: tuple[str, ...]) -> None:
    """From the last free try on the wait doubles with each failure, up to a quarter of an hour."""
    for key in keys:
        recent = (LoginAttempt.key == key, LoginAttempt.at >= clock.now() - KEPT)
        query = select(func.count(), func.max(LoginAttempt.at)).where(*recent)
        count, last = db.session.execute(query).one()
        excess = count - FREE_TRIES[key.partition(":")[0]]
        if excess < 0:
            continue
        wait = last + min(FIRST_WAIT * 2 ** min(excess, 10), LONGEST_WAIT) - clock.now()
        if wait > timedelta(0):
            minutes = -(-wait // timedelta(minutes=1))
            raise TooManyTries(
                ngettext(
                    "Das waren zu viele Versuche. Bitte in einer Minute wieder versuchen.",
                    "Das waren zu viele Versuche. Bitte in %(count)s Minuten wieder versuchen.",
                    minutes,
                )
            )


def _lock_keys(keys: tuple[str, ...]) -> None:
    """Count and add as one step; SQLite has one writer at a time already."""
    if db.session.get_bind().dialect.name == "sqlite":
        return
    for key in sorted(keys):
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
        )


def network(address: str | None) -> str:
    """What counts as one address: with IPv6 everybody owns a whole /64 and could change at will."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


# --- passwords --------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(_normal(password))


def fits(known: str, password: str) -> bool:
    """Whether `password` is the one behind the hash."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(known, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, *names: str | None) -> None:
    """Refuse a password that is short or easily guessed; `names` are those of its owner."""
    if len(password) < SHORTEST:
        raise DomainError(_("Das Passwort braucht mindestens %(least)s Zeichen.", least=SHORTEST))
    if len(password) > LONGEST:
        raise DomainError(_("Das Passwort hat höchstens %(most)s Zeichen.", most=LONGEST))
    if _is_weak(_normal(password).casefold(), names):
        raise DomainError(
            _(
                "Dieses Passwort ist zu leicht zu erraten. Bitte keine Namen, Reihen oder "
                "bekannten Wörter: Gut sind drei bis vier Wörter, die nicht zusammengehören."
            )
        )


def new_stamp() -> str:
    """A new session stamp: it logs out everywhere."""
    return secrets.token_hex(16)


def _is_weak(password: str, names: tuple[str | None, ...]) -> bool:
    steps = {ord(b) - ord(a) for a, b in pairwise(password)}
    if len(set(password)) < 5 or steps <= {1} or steps <= {-1} or password[:-1].isdigit():
        return True
    words = set(COMMON)
    for name in filter(None, names):
        whole = name.casefold()
        words |= {word for word in (whole, *re.split(r"[\W_]+", whole)) if len(word) > 3}
    core = password.strip("0123456789 .,;:!?-_+*#$%&/()=@")
    half = core[: len(core) // 2]
    return core in words or len(core) < 4 or (half in words and half * 2 == core)


def _normal(password: str) -> str:
    """The same password from a Mac and from Windows: umlauts in one form."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    """A hash that no password fits, for accounts that do not exist."""
    return hash_password(secrets.token_hex(32))
