"""Where letters go: into a folder, to be printed and posted by hand, or to a service.

LetterXpress speaks the LXP API, version 3 (https://www.letterxpress.de/versandwege/api): JSON
with user and key in every request, a letter as base64 with the MD5 of that text. The recipient is
read from the window of the first page.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from kutego.channels.sealing import unseal
from kutego.channels.service import (
    Answer,
    Endpoint,
    HandedOver,
    NotReached,
    Progress,
    Unanswered,
    call,
    not_taken,
    unclear,
)
from kutego.channels.smtp import Fate
from kutego.models import Company, LetterService, MessageState
from kutego.texts import gettext as _

LETTERXPRESS = "https://api.letterxpress.de/v3"
HOME = "DE"


@dataclass(frozen=True)
class Letter:
    """A letter as it leaves: one PDF whose first page carries the address in the window."""

    number: int
    written_on: date
    pdf: bytes = field(repr=False)
    address: list[str]
    country: str
    subject: str
    pages: int


class LetterBox(Protocol):
    """Whatever takes letters."""

    name: str

    def hand_over(self, letter: Letter, before: Callable[[], object]) -> HandedOver:
        """Hand one letter over; `before` is called just before it leaves."""

    def progress(self, reference: str) -> Progress | None:
        """What became of a letter, or None where nobody can say."""


def letter_box(house: Company) -> LetterBox:
    """Where the company's letters go."""
    if house.letter_service is LetterService.LETTERXPRESS:
        return LetterXpress(
            Endpoint(house.letter_url or LETTERXPRESS),
            user=house.letter_user or "",
            key=unseal(house.letter_key) if house.letter_key else "",
            is_test=house.letter_test,
            colour=house.letter_colour,
            duplex=house.letter_duplex,
        )
    return Folder(current_app.config["KUTEGO"].instance / "letters")


@dataclass(frozen=True)
class Folder:
    """`instance/letters`: a PDF to print, and what it is beside it as JSON."""

    path: Path
    name = LetterService.FOLDER.value

    def hand_over(self, letter: Letter, before: Callable[[], object]) -> HandedOver:
        """Write both files; done twice they are the same."""
        stem = f"{letter.written_on:%Y-%m-%d}-Brief-{letter.number}"
        facts = {
            "number": letter.number, "written_on": letter.written_on.isoformat(),
            "subject": letter.subject, "address": letter.address, "country": letter.country,
            "pages": letter.pages, "sha256": hashlib.sha256(letter.pdf).hexdigest(),
        }  # fmt: skip
        before()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            keep(self.path / f"{stem}.pdf", letter.pdf)
            text = json.dumps(facts, ensure_ascii=False, indent=2)
            keep(self.path / f"{stem}.json", text.encode())
        except OSError as error:
            why = _("In den Ordner der Briefe lässt sich nicht schreiben: %(why)s", why=error)
            return HandedOver(Fate.LATER, why)
        return HandedOver(Fate.SENT, reference=f"{stem}.pdf", pages=letter.pages)

    def progress(self, reference: str) -> Progress | None:
        """Whoever prints it knows."""
        return None


@dataclass(frozen=True)
class LetterXpress:
    """The service of A&O Fischer that prints, franks and posts."""

    endpoint: Endpoint
    user: str
    key: str = field(repr=False)
    is_test: bool
    colour: bool
    duplex: bool
    name = LetterService.LETTERXPRESS.value

    def hand_over(self, letter: Letter, before: Callable[[], object]) -> HandedOver:
        """Order one print job."""
        text = base64.b64encode(letter.pdf).decode()
        order = {
            "base64_file": text,
            "base64_file_checksum": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
            "filename_original": f"Brief-{letter.number}.pdf",
            "notice": f"Kutego {letter.number}",
            "specification": {
                "color": "4" if self.colour else "1",
                "mode": "duplex" if self.duplex else "simplex",
                "shipping": "national" if letter.country == HOME else "international",
            },
        }
        try:
            answer = call(self.endpoint, "POST", "/printjobs", before=before,
                          body={"auth": self._auth, "letter": order})  # fmt: skip
        except NotReached as error:
            return not_taken(error)
        except Unanswered as error:
            return unclear(error)
        return _taken(answer) or _refused(answer)

    def progress(self, reference: str) -> Progress | None:
        """Ask for the print job."""
        try:
            answer = call(self.endpoint, "GET", f"/printjobs/{reference}",
                          body={"auth": self._auth})  # fmt: skip
        except (NotReached, Unanswered):
            return None
        job = _job(answer)
        return None if job is None else _standing(job)

    @property
    def _auth(self) -> dict[str, str]:
        mode = "test" if self.is_test else "live"
        return {"username": self.user, "apikey": self.key, "mode": mode}


def keep(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _job(answer: Answer) -> dict[str, Any] | None:
    data = answer.data.get("data") if isinstance(answer.data, dict) else None
    known = answer.status in (200, 201) and isinstance(data, dict) and data.get("id")
    return data if known else None


def _taken(answer: Answer) -> HandedOver | None:
    job = _job(answer)
    if job is None:
        return None
    items = [item for item in job.get("items") or () if isinstance(item, dict)]
    pages = sum(int(item.get("pages") or 0) for item in items) or None
    return HandedOver(
        Fate.SENT, state=MessageState.ACCEPTED, reference=str(job["id"])[:100],
        told=str(job.get("status") or "")[:100], pages=pages,
    )  # fmt: skip


def _refused(answer: Answer) -> HandedOver:
    if answer.status in (401, 403):
        return HandedOver(
            Fate.NO_SERVER, _("LetterXpress lehnt Benutzername oder API-Schlüssel ab.")
        )
    if answer.status in (429, 503):
        return HandedOver(Fate.NO_SERVER, _("LetterXpress nimmt gerade nichts an: %(why)s",
                                            why=answer.told))  # fmt: skip
    if 400 <= answer.status < 500:
        return HandedOver(Fate.REFUSED, _("LetterXpress lehnt den Brief ab: %(why)s",
                                          why=answer.told))  # fmt: skip
    return HandedOver(Fate.UNCLEAR, _("LetterXpress hat unverständlich geantwortet: %(why)s",
                                      why=answer.told))  # fmt: skip


def _standing(job: dict[str, Any]) -> Progress:
    """`done` is produced; the item says `sent` when the post has it."""
    items = [item for item in job.get("items") or () if isinstance(item, dict)]
    item = str(items[0].get("status") or "") if items else ""
    status = str(job.get("status") or "")
    told = " / ".join(filter(None, (status, item)))[:100]
    if status == "canceled":
        reason = _("Der Auftrag ist bei LetterXpress storniert worden.")
        return Progress(MessageState.FAILED, told, reason)
    if item == "sent" or (status == "done" and not item):
        return Progress(MessageState.SENT, told)
    return Progress(MessageState.PRINTED if status == "done" else None, told)
