"""Public holidays of the federal states, by the library `holidays`."""

from datetime import date
from functools import lru_cache

from kutego.models import FederalState, Location, company

# What the library calls them: the part of Germany, and whether the Catholic holidays count.
PLACES = {
    FederalState.BAVARIA_CATHOLIC: ("BY", ("public", "catholic")),
    FederalState.AUGSBURG: ("Augsburg", ("public",)),
}


def state_of(location: Location | None) -> FederalState | None:
    """The state whose holidays count at a location: its own, else the company's."""
    return (location.federal_state if location is not None else None) or company().federal_state


def holidays_between(state: FederalState | None, first: date, last: date) -> dict[date, str]:
    """The public holidays of `state` from one day to another, with their German names."""
    found: dict[date, str] = {}
    if state is not None:
        for year in range(first.year, last.year + 1):
            found.update(_of_year(state, year))
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


@lru_cache(maxsize=200)
def _of_year(state: FederalState, year: int) -> dict[date, str]:
    import holidays  # here, as few requests need it and it would slow down every start

    place, categories = PLACES.get(state, (state.value, ("public",)))
    return dict(
        holidays.country_holidays(
            "DE", subdiv=place, categories=categories, years=year, language="de"
        )
    )
