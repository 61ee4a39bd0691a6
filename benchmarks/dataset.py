"""The big demo business that is measured on: made once, kept in .cache/bench/."""

import os
import shutil
import time
from pathlib import Path

from flask_migrate import upgrade

from kutego import create_core, demo
from kutego.db import db
from kutego.demo.house import OFFICE
from kutego.models import Employee, Role
from kutego.operations.employees import set_password

CUSTOMERS = int(os.environ.get("KUTEGO_BENCH_CUSTOMERS", "100000"))
STORIES = 200  # with a year told by operations: 2,000 would take ten minutes before any figure
PASSWORD = "messen-und-vergleichen"
FOLDER = Path(".cache/bench")


def prepared() -> Path:
    """An instance folder with the big demo; the owner's password is `PASSWORD`."""
    folder = (FOLDER / str(CUSTOMERS)).resolve()
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"demo of {CUSTOMERS} customers, made once and kept", flush=True)
        began = time.perf_counter()
        app = create_core(instance=folder)
        with app.app_context():
            upgrade()
            demo.load(CUSTOMERS, through=STORIES)
            owner = db.session.scalar(db.select(Employee).where(Employee.role == Role.OWNER))
            set_password(owner, password=PASSWORD, by=OFFICE)
            with db.engine.connect() as connection:
                connection.exec_driver_sql("ANALYZE")
            db.engine.dispose()
        print(f"took {time.perf_counter() - began:.0f} s", flush=True)
        (folder / "ready").touch()
    return folder
