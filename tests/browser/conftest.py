"""A real Chromium. Where none can be had the browser tests are skipped, and the end says so."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.chromium import find

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, one per run."""
    path = find()
    if path is None:
        if os.environ.get("KUTEGO_BROWSER_TESTS") == "required":
            pytest.fail("browser tests are required here, and there is no Chromium")
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
