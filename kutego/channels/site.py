"""Where the program runs and how customers reach it, as the settings say."""

from flask import current_app

from kutego.config import Config


def offer_link(token: str) -> str:
    """The public page of an offer."""
    return link(f"/angebot/{token}")


def opened_link(token: str) -> str:
    """The picture in a mail that tells when it was opened."""
    return link(f"/bild/{token}.gif")


def link(path: str) -> str:
    """The whole address of a page: `KUTEGO_PUBLIC_URL`, else where the program listens."""
    settings = _settings()
    return (settings.public_url or f"http://{settings.host}:{settings.port}") + path


def workers() -> int:
    """How many processes may render at a time."""
    return _settings().workers


def _settings() -> Config:
    settings: Config = current_app.config["KUTEGO"]
    return settings
