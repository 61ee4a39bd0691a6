"""Where the browser tests find a Chromium: the installed one, Playwright's own, or Debian's."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium that is there already, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> str | None:
    """Get one where there is none: from Playwright, else from Debian when we may."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.append(["apt-get", "update", "-qq"])
        attempts.append(["apt-get", "install", "-y", "-qq", "chromium"])
    for command in attempts:
        subprocess.run(command, check=False, capture_output=True, timeout=600)
        if path := find():
            return path
    return None


if __name__ == "__main__":
    if (find() or install()) is None:
        sys.stderr.write("No Chromium could be found or installed.\n")
        sys.exit(os.environ.get("KUTEGO_BROWSER_TESTS") == "required")
