"""A short fingerprint of what somebody was shown, to notice when it has changed since."""

import hashlib
import json
from typing import Any

from kutego.operations.run_arguments import encoded


def digest(values: Any) -> str:
    """The same for the same values, on every machine."""
    text = json.dumps(encoded(values), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
