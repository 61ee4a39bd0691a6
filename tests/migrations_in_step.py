"""Whether the migrations make the tables of the models: `python -m tests.migrations_in_step`."""

import sys
import tempfile

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

from kutego import create_core
from kutego.db import Base, db


def differences() -> list[object]:
    """What Alembic would still have to change after all migrations."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_core(instance=folder, database_url=f"sqlite:///{folder}/kutego.db")
        with app.app_context():
            upgrade()
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                found = compare_metadata(context, Base.metadata)
            db.engine.dispose()
    return found


if __name__ == "__main__":
    found = differences()
    for difference in found:
        sys.stderr.write(f"models and migrations differ: {difference}\n")
    sys.exit(bool(found))
