"""Where SMS go: into a folder, for trying out, or to a service.

seven.io speaks its REST API (https://docs.seven.io/en/rest-api/endpoints/sms): JSON with the key in
a header; what became of an SMS stands in the logbook (`/journal/outbound`). Our own number goes
along as `foreign_id`, so that one whose answer never came is found there again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from kutego.channels.letter import keep
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
    price,
    unclear,
)
from kutego.channels.smtp import Fate
from kutego.models import Company, MessageState, SmsService
from kutego.texts import gettext as _

SEVEN = "https://gateway.seven.io/api"
OK = "100"
ARRIVED = "DELIVERED"
LOST = ("NOTDELIVERED", "EXPIRED", "REJECTED", "FAILED")
CODES = {  # what seven.io answers instead of 100
    "201": (Fate.REFUSED, "Die Vorwahl des Landes ist ungültig."),
    "202": (Fate.REFUSED, "Die Nummer des Empfängers ist ungültig."),
    "301": (Fate.REFUSED, "Es fehlt die Nummer des Empfängers."),
    "305": (Fate.REFUSED, "Der Text ist ungültig."),
    "306": (Fate.REFUSED, "Der Absender ist ungültig. Bitte prüfen Sie die Einstellungen."),
    "402": (Fate.LATER, "Dieselbe SMS ging in den letzten drei Minuten schon an diese Nummer."),
    "403": (Fate.LATER, "Die Höchstzahl für diese Nummer ist heute erreicht."),
    "500": (Fate.NO_SERVER, "Das Guthaben bei seven.io reicht nicht."),
    "600": (Fate.LATER, "Der Netzbetreiber nimmt die SMS gerade nicht an."),
    "900": (Fate.NO_SERVER, "seven.io lehnt den API-Schlüssel ab."),
    "902": (Fate.NO_SERVER, "Die Schnittstelle ist für diesen API-Schlüssel abgeschaltet."),
    "903": (Fate.NO_SERVER, "seven.io lässt diesen Server nicht zu (IP-Adresse)."),
}


@dataclass(frozen=True)
class Sms:
    """An SMS as it leaves; `key` stays the same over every try."""

    key: str
    number: int
    written_on: date
    recipient: str
    text: str
    sender: str | None


class SmsGateway(Protocol):
    """Whatever takes SMS."""

    name: str

    def hand_over(self, sms: Sms, before: Callable[[], object]) -> HandedOver:
        """Hand one SMS over; `before` is called just before it leaves."""

    def progress(self, sms: Sms, reference: str | None) -> Progress | None:
        """What became of an SMS, or None where nobody can say."""


def sms_gateway(house: Company) -> SmsGateway:
    """Where the company's SMS go."""
    if house.sms_service is SmsService.SEVEN:
        key = unseal(house.sms_key) if house.sms_key else ""
        return Seven(Endpoint(house.sms_url or SEVEN, answer=30), key)
    return Folder(current_app.config["KUTEGO"].instance / "sms")


@dataclass(frozen=True)
class Folder:
    """`instance/sms`: one JSON file each."""

    path: Path
    name = SmsService.FOLDER.value

    def hand_over(self, sms: Sms, before: Callable[[], object]) -> HandedOver:
        """Write the file; done twice it is the same."""
        name = f"{sms.written_on:%Y-%m-%d}-SMS-{sms.number}.json"
        facts = {"number": sms.number, "to": sms.recipient, "from": sms.sender, "text": sms.text}
        before()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            keep(self.path / name, json.dumps(facts, ensure_ascii=False, indent=2).encode())
        except OSError as error:
            why = _("In den Ordner der SMS lässt sich nicht schreiben: %(why)s", why=error)
            return HandedOver(Fate.LATER, why)
        return HandedOver(Fate.SENT, reference=name)

    def progress(self, sms: Sms, reference: str | None) -> Progress | None:
        """It goes nowhere."""
        return None


@dataclass(frozen=True)
class Seven:
    """seven.io, formerly sms77."""

    endpoint: Endpoint
    key: str = field(repr=False)
    name = SmsService.SEVEN.value

    def hand_over(self, sms: Sms, before: Callable[[], object]) -> HandedOver:
        """Send one SMS."""
        body = {"to": sms.recipient, "text": sms.text, "foreign_id": sms.key}
        if sms.sender:
            body["from"] = sms.sender
        try:
            answer = call(self.endpoint, "POST", "/sms", body=body, headers=self._headers,
                          before=before)  # fmt: skip
        except NotReached as error:
            return not_taken(error)
        except Unanswered as error:
            return unclear(error)
        return _taken(answer)

    def progress(self, sms: Sms, reference: str | None) -> Progress | None:
        """Look into the logbook: by the service's number, else by the recipient and ours."""
        query = {"id": reference} if reference else {
            "to": sms.recipient, "date_from": f"{sms.written_on:%Y-%m-%d}", "limit": "100",
        }  # fmt: skip
        try:
            answer = call(self.endpoint, "GET", "/journal/outbound", query=query,
                          headers=self._headers)  # fmt: skip
        except (NotReached, Unanswered):
            return None
        rows = answer.data if answer.status == 200 and isinstance(answer.data, list) else []
        mine = [row for row in rows if isinstance(row, dict) and _is_of(row, sms, reference)]
        return _standing(mine[0]) if mine else None

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Api-Key": self.key}


def _is_of(row: dict[str, Any], sms: Sms, reference: str | None) -> bool:
    return str(row.get("id")) == reference if reference else row.get("foreign_id") == sms.key


def _taken(answer: Answer) -> HandedOver:
    data = answer.data
    code = str(data.get("success") if isinstance(data, dict) else data)
    sent = data.get("messages") if isinstance(data, dict) else None
    first = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
    if code in (OK, "101") and first.get("success") is False:
        code = str(first.get("error") or code)
    if code == OK and first.get("id"):
        return HandedOver(Fate.SENT, reference=str(first["id"])[:100],
                          cost=price(first.get("price")))  # fmt: skip
    if code in CODES:
        fate, reason = CODES[code]
        return HandedOver(fate, f"{_(reason)} ({code})")
    if answer.status in (401, 403):
        return HandedOver(Fate.NO_SERVER, _(CODES["900"][1]))
    if answer.status in (429, 503):
        return HandedOver(Fate.NO_SERVER, _("seven.io nimmt gerade nichts an: %(why)s",
                                            why=answer.told))  # fmt: skip
    if 400 <= answer.status < 500 or (code.isdigit() and code != OK):
        return HandedOver(Fate.REFUSED, _("seven.io lehnt die SMS ab: %(why)s", why=answer.told))
    return HandedOver(Fate.UNCLEAR, _("seven.io hat unverständlich geantwortet: %(why)s",
                                      why=answer.told))  # fmt: skip


def _standing(row: dict[str, Any]) -> Progress:
    told, reference = str(row.get("dlr") or "")[:100], str(row.get("id") or "")[:100] or None
    cost = price(row.get("price"))
    if told == ARRIVED:
        return Progress(MessageState.DELIVERED, told, cost=cost, reference=reference)
    if told in LOST:
        reason = _("Der Netzbetreiber konnte die SMS nicht zustellen (%(told)s).", told=told)
        return Progress(MessageState.FAILED, told, reason, cost, reference)
    return Progress(MessageState.SENT, told, cost=cost, reference=reference)
