"""Everything that speaks HTTP: the site map on one page."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Put every screen into the application."""
