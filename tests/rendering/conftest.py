import logging

import pytest


@pytest.fixture(autouse=True)
def _xhtml2pdf_has_nothing_to_say(caplog):
    """xhtml2pdf only logs what it cannot read, find or draw. Here that fails the test."""
    with caplog.at_level(logging.WARNING, logger="xhtml2pdf"):
        yield
    said = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.name.startswith("xhtml2pdf")
    ]
    assert said == []
