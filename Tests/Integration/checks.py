"""Runs named checks, prints one line for each, and ends the script with the number that failed."""

import sys
import traceback
from collections.abc import Callable

_checks: list[tuple[str, Callable[[], None]]] = []


def check(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a function as a check: it passes unless it raises."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _checks.append((name, function))
        return function

    return register


def equal(actual: object, expected: object, what: str) -> None:
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def run() -> None:
    failed = 0
    for name, function in _checks:
        try:
            function()
        except Exception as failure:  # a check may fail in any way; the others still run
            failed += 1
            print(f"FAIL  {name}\n      {type(failure).__name__}: {failure}")
            if not isinstance(failure, AssertionError):
                traceback.print_exc()
        else:
            print(f"pass  {name}")
    print(f"{len(_checks) - failed} of {len(_checks)} passed")
    sys.exit(1 if failed else 0)
