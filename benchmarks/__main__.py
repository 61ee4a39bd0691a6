"""`make bench`: every benchmark, or those named: `python -m benchmarks pages billing`."""

import importlib
import sys

ALL = (
    "pages", "timeline", "operations", "billing", "rendering", "dunning", "duplicates",
    "mailings", "importing",
)  # fmt: skip

for name in sys.argv[1:] or ALL:
    print(f"\n== {name}")
    importlib.import_module(f"benchmarks.{name}").main()
