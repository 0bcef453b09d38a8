"""Settings read again while the servers run: rights hold at once, on connections that stay; an exchange in flight ends as it began;
mistakes and changes that need a restart change nothing."""

import http.client
import http.server
import os
import pathlib
import signal
import stat
import subprocess
import threading
import time
import urllib.parse

import servers

PROVIDER = servers.settings("provider")
ORIGINAL = PROVIDER.read_text()
PERMITS = "/r1/XK/GOV/MIA/dcam/residencePermits/permits?period=2025"


class SlowService(http.server.BaseHTTPRequestHandler):
    """Answers when it is told to."""

    called, released = threading.Event(), threading.Event()

    def do_GET(self) -> None:
        self.called.set()
        self.released.wait(20)
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"slow")

    def log_message(self, *_) -> None:
        pass


def reload(side: str = "provider") -> subprocess.CompletedProcess:
    command = [servers.URA, "security-server", "reload", "--settings", servers.settings(side)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def call(connection: http.client.HTTPConnection, client: str, path: str = PERMITS) -> tuple[int, str | None, bytes]:
    connection.request("GET", path, headers={"X-Road-Client": client})
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, answer.getheader("X-Road-Error"), body


def connect() -> http.client.HTTPConnection:
    address = urllib.parse.urlsplit(servers.CONSUMER)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.connect()
    # A closed connection would be opened again unseen.
    connection.auto_open = 0
    return connection


def control_socket(side: str) -> pathlib.Path:
    return servers.STATE / side / "state" / "control"


def with_slow_service(text: str, port: int) -> str:
    slow = f"  - identifier: XK/GOV/MIA/dcam/slow\n    kind: rest\n    address: http://127.0.0.1:{port}\n    consumers: [XK/GOV/GAM/mmis]\n"
    return text.replace("services:\n", "services:\n" + slow)


def granted_to_portal(text: str) -> str:
    return text.replace("http://127.0.0.1:9102\n    consumers: [XK/GOV/GAM/mmis]", "http://127.0.0.1:9102\n    consumers: [XK/GOV/GAM/mmis, XK/GOV/GAM/portal]")


def live_changes() -> None:
    slow = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowService)
    threading.Thread(target=slow.serve_forever, daemon=True).start()
    kept = connect()
    servers.check(call(kept, "XK/GOV/GAM/mmis")[0] == 200, "a call over a connection that will be kept")
    servers.check(call(kept, "XK/GOV/GAM/portal")[1] == "server.serverproxy.access_denied", "another client has no right yet")

    with_slow = with_slow_service(ORIGINAL, slow.server_port)
    PROVIDER.write_text(with_slow)
    answer = reload()
    servers.check(answer.stdout == "changed: services, log\n", f"the reload says what changed: {answer.stdout}{answer.stderr}".strip())

    result: list[tuple] = []
    flight = threading.Thread(target=lambda: result.append(call(connect(), "XK/GOV/GAM/mmis", "/r1/XK/GOV/MIA/dcam/slow/x")))
    flight.start()
    servers.check(SlowService.called.wait(20), "a call to the new service is in flight")
    PROVIDER.write_text(granted_to_portal(ORIGINAL) + "limits: { callSeconds: 60, connectSeconds: 5 }\nlegacyPeerSuites: false\n")
    answer = reload()
    servers.check(
        answer.stdout == "changed: services, limits, legacyPeerSuites, log\n",
        f"meanwhile the service goes and a right comes: {answer.stdout}{answer.stderr}".strip(),
    )
    servers.check(call(kept, "XK/GOV/GAM/portal")[0] == 200, "the new right holds at once, on the connection that was kept")
    gone = call(kept, "XK/GOV/GAM/mmis", "/r1/XK/GOV/MIA/dcam/slow/x")
    servers.check(gone[1] == "server.serverproxy.unknown_service", "the service is gone for new calls")
    SlowService.released.set()
    flight.join(20)
    servers.check(result == [(200, None, b"slow")], f"the call in flight ends as it began: {result}")
    slow.shutdown()


def refused_changes() -> None:
    granted = granted_to_portal(ORIGINAL)
    kept = connect()
    cases = [
        (granted.replace("identifier: XK/GOV/CRA/SS2", "identifier: XK/GOV/CRA/SS9"), ": identifier, checkpoints cannot change while the server runs"),
        (
            granted.replace("key: CRA.key", "key: MIA.key").replace("port: 8080", "port: 8089"),
            ": listeners.informationSystems, signing cannot change while the server runs",
        ),
        (granted + "limit: { callSeconds: 5 }\n", ": limit is not a known key; the nearest known key is limits"),
        (granted.replace("kind: soap", "kind: sope"), ": services.0.kind must be one of soap, rest, not “sope”"),
    ]
    for text, reason in cases:
        PROVIDER.write_text(text.replace(", XK/GOV/GAM/portal", ""))
        answer = reload()
        servers.check(answer.returncode != 0 and reason in answer.stderr, f"refused: {answer.stderr.strip()}")
        servers.check(call(kept, "XK/GOV/GAM/portal")[0] == 200, "the old settings stay")


def signal_reloads() -> None:
    def until(wanted: int) -> bool:
        for _ in range(100):
            if call(kept, "XK/GOV/GAM/portal")[0] == wanted:
                return True
            time.sleep(0.05)
        return False

    kept = connect()
    log = servers.STATE / "log" / "provider.log"
    PROVIDER.write_text(ORIGINAL + "limit: 1\n")
    os.kill(servers.process("provider"), signal.SIGHUP)
    for _ in range(100):
        if "settings not reloaded" in log.read_text():
            break
        time.sleep(0.05)
    servers.check("limit is not a known key" in log.read_text(), "SIGHUP with a mistake in the file: the log says which")
    servers.check(call(kept, "XK/GOV/GAM/portal")[0] == 200, "the old settings stay")
    PROVIDER.write_text(ORIGINAL)
    os.kill(servers.process("provider"), signal.SIGHUP)
    servers.check(until(500), "SIGHUP takes the right back, on a connection that stays")


def the_socket() -> None:
    path = control_socket("provider")
    servers.check(stat.S_IMODE(path.stat().st_mode) == 0o600, "the control socket has mode 0600")
    for arguments, status in [
        (["--data", "{}", "http://ura/settings/reload"], "200"), (["http://ura/settings/reload"], "405"),
        (["--data", "{}", "http://ura/other"], "404"), (["--data", "[", "http://ura/settings/reload"], "400"),
    ]:
        said = subprocess.run(
            ["curl", "-sS", "--max-time", "20", "--unix-socket", path, "-w", "\n%{http_code}", *arguments], capture_output=True, text=True
        )
        servers.check(said.stdout.endswith(status), f"curl {' '.join(arguments)}: {said.stdout.strip()}".replace("\n", " "))
    command = [servers.URA, "security-server", "--settings", PROVIDER]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    servers.check("in use by another process" in second.stderr, "a second server with this state folder is refused")
    servers.check(reload().returncode == 0, "and leaves the first one's socket alone")


live_changes()
refused_changes()
signal_reloads()
the_socket()
