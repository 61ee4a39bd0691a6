"""Serves Kutego: `python app.py` with waitress, or `app:app` for gunicorn. Jobs run inside."""

import gc

gc.disable()  # a quarter of the start went into looking for garbage among what stays for ever

import ipaddress
import logging
import os
import signal
from types import FrameType

import click
from flask import Flask
from waitress.server import create_server

from kutego import create_app, scheduler
from kutego.config import Config
from kutego.views import setup_code


def main() -> None:
    """Serve until SIGTERM or Ctrl-C, then let running requests and jobs come to an end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    application = _made()
    settings: Config = application.config["KUTEGO"]
    server = create_server(
        application, host=settings.host, port=settings.port, threads=settings.threads,
        ident="Kutego",
    )  # fmt: skip
    signal.signal(signal.SIGTERM, _stop)
    leader = scheduler.start(application)
    _greet(settings, server.effective_port)
    setup_code.announce(application)
    try:
        server.run()
    finally:
        server.close()
        if not leader.stop():
            os._exit(0)  # a long job: what it has done is kept, the rest is taken up at next start


def _made() -> Flask:
    application = create_app()
    gc.freeze()
    gc.enable()
    return application


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _greet(settings: Config, port: int) -> None:
    address = settings.public_url or f"http://{settings.host}:{port}"
    if not settings.public_url and not _is_loopback(settings.host):
        click.echo(
            f"Achtung: Kutego ist unter {settings.host} im Netz erreichbar, ohne Verschlüsselung. "
            "Passwörter und Kundendaten sind mitlesbar. Bitte einen Server mit HTTPS davorsetzen "
            "und KUTEGO_PUBLIC_URL=https://… angeben.",
            err=True,
        )
    click.echo(f"Kutego läuft: {address}/  (Strg+C beendet)")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def served() -> Flask:
    """The application for a server that imports it, with its jobs."""
    application = _made()
    scheduler.start(application)
    setup_code.announce(application)
    return application


if __name__ == "__main__":
    main()
elif __name__ == "app":
    app = served()
