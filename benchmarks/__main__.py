"""`make bench`: every benchmark, or those named: `python -m benchmarks pages billing`."""

import importlib
import sys

ALL = (
    "pages", "timeline", "operations", "billing", "rendering", "dunning", "duplicates",
    "mailings", "importing", "calendar", "participants", "shifting",
)  # fmt: skip

named, sys.argv[1:] = sys.argv[1:], []  # a benchmark run by itself has options of its own

for name in named or ALL:
    print(f"\n== {name}", flush=True)
    importlib.import_module(f"benchmarks.{name}").main()
