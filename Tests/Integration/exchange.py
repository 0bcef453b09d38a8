"""The exchange under test: who takes part, and where the consumer's security server is."""

import os
import re
from pathlib import Path

CONSUMER = os.environ.get("URA_CONSUMER", "http://127.0.1.1:8080").rstrip("/")
CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"

# A consumer with rights to both services, one of the same server without any, and one that nobody registered.
CLIENT = "XK/GOV/GAM/mmis"
CLIENT_WITHOUT_RIGHTS = "XK/GOV/GAM/portal"
CLIENT_UNKNOWN = "XK/GOV/NOBODY/nothing"

VERIFY_PERSON = "XK/GOV/CRA/civreg/verifyPerson/v1"
RESIDENCE_PERMITS = "XK/GOV/MIA/dcam/residencePermits"

TIMEOUT_SECONDS = 30
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def require_logged(fault: str) -> None:
    """A fault's identifier must stand in a log below URA_STATE: it is how an operator finds the reason."""
    if not UUID.fullmatch(fault):
        raise AssertionError(f"the fault's detail is no identifier: {fault!r}")
    state = Path(os.environ["URA_STATE"])
    if not any(fault in log.read_text(errors="replace") for log in state.rglob("*.log")):
        raise AssertionError(f"no log below {state} names the fault {fault}")


def require_code(actual: str, expected: str) -> None:
    """`client.` stands for any code that begins so, an empty text for any code."""
    if not (actual == expected or expected[-1:] in ("", ".") and actual.startswith(expected)):
        raise AssertionError(f"fault code: expected {expected!r}, got {actual!r}")
