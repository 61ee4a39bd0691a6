"""The words of an industry, put into the settings when the industry changes (spec PAR-02)."""

from dataclasses import asdict

from sqlalchemy import inspect, null

from kutego.models import Company
from kutego.models.industry import WORDS


def fill_words(house: Company) -> None:
    """Take the words of the industry that was just chosen; those typed with it stay."""
    attributes = inspect(house).attrs
    if house.industry is None or not attributes.industry.history.has_changes():
        return
    for name, word in asdict(WORDS[house.industry]).items():
        if not attributes[name].history.has_changes():
            # a new row would take the default of the column instead of None
            setattr(house, name, null() if word is None and inspect(house).transient else word)
