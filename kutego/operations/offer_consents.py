"""What a customer agrees to with an offer: exactly the texts of today (spec OFF-07)."""

from collections.abc import Mapping
from datetime import date

from kutego.errors import ConcurrentChange, DomainError
from kutego.models import LegalKind, LegalText
from kutego.operations.offer_versions import CONSENTS, consent_texts
from kutego.texts import gettext as _


class MissingConsent(DomainError):
    """The customer has not agreed to every text yet. `kinds` are the ones still open."""

    def __init__(self, kinds: tuple[LegalKind, ...]) -> None:
        names = ", ".join(kind.label for kind in kinds)
        super().__init__(_("Bitte stimmen Sie noch zu: %(names)s.", names=names))
        self.kinds = kinds


def agreed_texts(consents: Mapping[LegalKind, int | None], on: date) -> dict[LegalKind, LegalText]:
    """The texts of today, if the customer agreed to exactly these."""
    texts = consent_texts(on)
    missing = tuple(kind for kind in CONSENTS if not consents.get(kind))
    if missing:
        raise MissingConsent(missing)
    newer = [kind.label for kind, text in texts.items() if consents[kind] != text.id]
    if newer:
        raise ConcurrentChange(
            _(
                "Inzwischen gilt eine neue Fassung: %(kinds)s. Bitte lesen Sie sie und stimmen "
                "Sie noch einmal zu.",
                kinds=", ".join(newer),
            )
        )
    return texts
