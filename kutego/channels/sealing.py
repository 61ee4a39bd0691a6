"""Passwords of other services, sealed with the secret key before they are stored."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from kutego.errors import DomainError
from kutego.texts import gettext as _


def seal(text: str) -> str:
    """The text so that only this installation's secret key opens it again."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed. Raises `DomainError` where the secret key has changed since."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise DomainError(
            _(
                "Das gespeicherte Passwort lässt sich nicht mehr lesen, weil der geheime "
                "Schlüssel gewechselt hat. Bitte in den Einstellungen neu eingeben."
            )
        ) from error


def _box() -> Fernet:
    secret = current_app.config["KUTEGO"].secret_key.encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kutego sealed settings")
    return Fernet(urlsafe_b64encode(key.derive(secret)))
