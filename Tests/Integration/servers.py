"""The running exchange of deploy/demo, as the integration checks see it: where it is, how to call it, what its logs hold."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

STATE = pathlib.Path(os.environ["URA_STATE"])
URA = os.environ["URA"]
CONSUMER = os.environ.get("URA_CONSUMER", "http://127.0.1.1:8080")
PERMITS = CONSUMER + "/r1/XK/GOV/MIA/dcam/residencePermits/permits?period=2026-Q1"
CLIENT = "XK/GOV/GAM/mmis"


def get(url: str = PERMITS, headers: dict[str, str] | None = None, timeout: float = 30):
    """Status, headers and body; a refused or broken connection raises OSError."""
    request = urllib.request.Request(url, headers={"X-Road-Client": CLIENT} if headers is None else headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def settings(side: str) -> pathlib.Path:
    return STATE / side / "security-server.yaml"


def process(side: str) -> int:
    return int((STATE / "run" / side).read_text())


def log(side: str) -> list[dict]:
    """Every record of a security server's log, oldest first."""
    out = subprocess.run(
        [URA, "log", "list", "--settings", settings(side), "--json", "--limit", "1000000"], check=True, capture_output=True
    ).stdout
    return [json.loads(line) for line in out.splitlines()][::-1]


def export_all(side: str, folder: pathlib.Path) -> None:
    subprocess.run([URA, "log", "export", "--settings", settings(side), "--all", "--folder", folder], check=True)


def verify(paths: list[pathlib.Path], side: str) -> subprocess.CompletedProcess:
    configuration = STATE / side / "state" / "configuration"
    return subprocess.run(
        [URA, "verify", *paths, "--configuration", configuration, "--json"], capture_output=True, text=True
    )


def kill(side: str) -> None:
    """kill -9, as a crash would."""
    os.kill(process(side), signal.SIGKILL)


def start(side: str) -> None:
    """Starts a security server again and waits until it answers."""
    with open(STATE / "log" / f"{side}.log", "ab") as output:
        running = subprocess.Popen(
            [URA, "security-server", "--settings", settings(side)], stdout=output, stderr=output, start_new_session=True
        )
    (STATE / "run" / side).write_text(f"{running.pid}\n")
    address = {"consumer": "http://127.0.1.1:8080/", "provider": "http://127.0.1.2:8080/"}[side]
    for _ in range(300):
        try:
            get(address, {})
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{side} did not start again")


def check(condition: bool, what: str) -> None:
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        raise SystemExit(1)
