"""`flask kutego …`: what is done at a terminal."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from kutego import backup, clock
from kutego.actor import Actor
from kutego.db import db, transaction
from kutego.errors import DomainError
from kutego.models import Company, DocumentKind, Invoice, Rendition, Role

kutego = AppGroup("kutego", help="Das Büro an der Befehlszeile.")

DAY = click.DateTime(["%Y-%m-%d"])
TERMINAL = Actor("Befehlszeile")


def init_app(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(kutego)


@kutego.command("demo")
@click.option("--customers", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--on", type=DAY, help="Stand an diesem Tag, sonst heute.")
@click.option("--if-empty", is_flag=True, help="Nichts tun, wenn es schon einen Betrieb gibt.")
def load_demo(customers: int, seed: int, on: datetime | None, if_empty: bool) -> None:
    """Load the demo business into an empty database."""
    from kutego import demo  # like the imports below: a command loads what it needs, no more

    if db.session.get(Company, 1) is not None:
        if if_empty:
            return
        raise click.ClickException("Die Datenbank ist nicht leer. Die Demo braucht eine leere.")
    click.echo(f"Die Demo mit {customers} Kunden wird geladen …")
    passwords = demo.load(customers, seed, on.date() if on else clock.today())
    click.echo("Anmeldungen der Demo (Passwörter stehen nur hier):")
    for email, password in passwords.items():
        click.echo(f"  {email}  {password}")


@kutego.group("user")
def users() -> None:
    """Logins of the staff."""


@users.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--first-name", help="Vorname; sonst aus der Adresse.")
@click.option("--last-name", help="Nachname; sonst aus der Adresse.")
@click.option("--company", default="Mein Betrieb", show_default=True,
              help="Name des Betriebs, wenn es noch keinen gibt.")  # fmt: skip
def add_user(
    email: str, role: str, first_name: str | None, last_name: str | None, company: str
) -> None:
    """Add a staff login and its customer record; the password comes from standard input."""
    from kutego.operations.company import set_up_company
    from kutego.operations.employees import create_employee

    ask = sys.stdin.isatty()
    password = click.prompt("Passwort", hide_input=True) if ask else sys.stdin.readline()
    parts = email.partition("@")[0].replace(".", " ").replace("_", " ").title().split() or ["?"]
    try:
        with transaction():
            if db.session.get(Company, 1) is None:
                set_up_company({"name": company}, by=TERMINAL)
            employee = create_employee(
                email=email, role=Role(role), first_name=first_name or parts[0],
                last_name=last_name or parts[-1], password=password.rstrip("\r\n"),
                on=clock.today(), by=TERMINAL,
            )  # fmt: skip
            click.echo(f"{employee.name} kann sich als {employee.email} anmelden.")
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@kutego.command("run-job")
@click.argument("name")
@click.option("--on", type=DAY, help="Als ob es dieser Tag wäre.")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was geschehen würde.")
def run_one_job(name: str, on: datetime | None, dry_run: bool) -> None:
    """Run one job; the last line is its result as JSON."""
    from kutego import jobs

    names = [job.name for job in jobs.JOBS]
    if name not in names:
        raise click.ClickException(f"Diesen Auftrag gibt es nicht. Es gibt: {', '.join(names)}")
    day = on.date() if on else clock.today()
    result = jobs.run_job(name, on=day, dry_run=dry_run)  # mails go out now, whatever the day
    for line in [*result.plan, *result.problems]:
        click.echo(line)
    counts = {"done": result.done, "refused": result.refused, "failed": result.failed}
    click.echo(json.dumps({"job": name, **counts}))


@kutego.command("documents")
@click.argument("number")
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--all", "every", is_flag=True, help="Alle Versionen, nicht nur die letzte.")
def write_documents(number: str, folder: Path, every: bool) -> None:
    """Write the PDF and XML of an invoice into a folder."""
    from kutego.operations.documents import document_bytes

    invoice = db.session.scalar(select(Invoice).where(Invoice.number == number))
    if invoice is None:
        raise click.ClickException(f"Eine Rechnung {number} gibt es nicht.")
    folder.mkdir(parents=True, exist_ok=True)
    ids = [v.id for v in invoice.versions] if every else [invoice.current.id]
    query = select(Rendition).where(
        Rendition.kind == DocumentKind.INVOICE, Rendition.document_id.in_(ids)
    )
    for rendition in db.session.scalars(query.order_by(Rendition.id)).all():
        path = folder / rendition.name
        path.write_bytes(document_bytes(rendition))
        click.echo(path)


@kutego.command("verify")
def verify_all() -> None:
    """Walk every chain, sum, number range and file; exit 1 and name the first break."""
    from kutego.operations.verification import verify

    for problem in verify():
        click.echo(problem)
        sys.exit(1)
    click.echo("Alles in Ordnung.")


@kutego.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write_backup(file: Path) -> None:
    """Write database and files into one archive."""
    try:
        backup.write_backup(db.engine, current_app.config["KUTEGO"], file.absolute())
    except OSError as error:
        reason = f"{file} kann nicht geschrieben werden: {error.strerror}."
        raise click.ClickException(reason) from error
    click.echo(f"Gesichert: {file}")


@kutego.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Vorhandene Daten ersetzen.")
def restore_backup(file: Path, force: bool) -> None:
    """Put an archive back; a database that is not empty only with --force."""
    try:
        backup.restore_backup(db.engine, current_app.config["KUTEGO"], file, force=force)
    except backup.RestoreRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("Wiederhergestellt. Bitte jetzt „flask kutego verify“ ausführen.")
