"""What the house calls whoever comes to class, for every sentence of the program (spec PAR-02)."""

from collections.abc import Mapping

from kutego.db import db
from kutego.models.company import Company
from kutego.texts import USUAL, speak_of


def house_words() -> Mapping[str, str]:
    """The words of the house; the usual ones until it is set up."""
    try:
        house = db.session.get(Company, 1)
    except RuntimeError:  # outside of any application
        return USUAL
    if house is None:
        return USUAL
    db.session.info["company"] = house  # as `company()` does: read once in a session
    return {
        "participant": house.participant_word,
        "participants": house.participants_word or house.participant_word,
        "level": house.participant_level_label or USUAL["level"],
    }


speak_of(house_words)
