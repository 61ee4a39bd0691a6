"""Kutego, the back office of a course business."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from kutego import cli, config
from kutego.channels import smtp
from kutego.db import db


def create_app(**overrides: Any) -> Flask:
    """Build the application. Keyword arguments override the settings of `kutego.config`."""
    from kutego import views  # half of all modules: work without pages starts without them

    app = create_core(**overrides)
    views.init_app(app)
    return app


def create_core(**overrides: Any) -> Flask:
    """The application without its pages: for processes that work and answer no browser."""
    settings = config.load(**overrides)
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        instance_path=str(settings.instance),
    )
    app.config.update(
        KUTEGO=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
    )
    db.init_app(app)
    Migrate(app, db, directory=str(config.ROOT / "kutego" / "migrations"))
    smtp.init_app(app)
    cli.init_app(app)
    return app
