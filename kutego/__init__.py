"""Kutego, the back office of a course business."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from kutego import cli, config, views
from kutego.channels import smtp
from kutego.db import db


def create_app(**overrides: Any) -> Flask:
    """Build the application. Keyword arguments override the settings of `kutego.config`."""
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
    views.init_app(app)
    cli.init_app(app)
    return app
