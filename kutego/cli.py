"""`flask kutego …`: what is done at a terminal."""

from flask import Flask
from flask.cli import AppGroup

kutego = AppGroup("kutego", help="Das Büro an der Befehlszeile.")


def init_app(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(kutego)
