"""Calls residencePermits through the consumer's security server with requests, an HTTP client that knows nothing of X-Road."""

import base64
import http.client
import json
import urllib.parse
import uuid

import requests

from checks import check, equal, run
from exchange import (
    CLIENT, CLIENT_UNKNOWN, CLIENT_WITHOUT_RIGHTS, CONSUMER, CONTRACTS, RESIDENCE_PERMITS, TIMEOUT_SECONDS, UUID,
    require_code, require_logged,
)

SERVICE = f"/r1/{RESIDENCE_PERMITS}"
EXAMPLE = json.loads((CONTRACTS / "ministry-of-internal-affairs/residencePermits/examples/response.json").read_text())
EXAMPLE_QUERY = "period=2026-Q1&kind=FIRST,REFUSED&by=reason,sex"


def get(path: str, client: str | None = CLIENT, **headers: str) -> requests.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if client is not None:
        sent["X-Road-Client"] = client
    return requests.get(CONSUMER + path, headers=sent, timeout=TIMEOUT_SECONDS, allow_redirects=False)


@check("counts for a quarter are those of the contract's example")
def positive() -> None:
    response = get(f"{SERVICE}/permits?{EXAMPLE_QUERY}")
    equal(response.status_code, 200, "status")
    equal(response.headers["Content-Type"], "application/json", "content type")
    equal(response.json(), EXAMPLE, "counts")


@check("the answer carries client, service, message id, request id and request hash, and no error (PR-REST 4.3)")
def response_headers() -> None:
    identifier = str(uuid.uuid4())
    response = get(f"{SERVICE}/permits?period=2025", X_Road_Id=identifier)
    equal(response.headers["X-Road-Client"], CLIENT, "X-Road-Client")
    equal(response.headers["X-Road-Service"], RESIDENCE_PERMITS, "X-Road-Service")
    equal(response.headers["X-Road-Id"], identifier, "X-Road-Id")
    equal(bool(UUID.fullmatch(response.headers["X-Road-Request-Id"])), True, "X-Road-Request-Id is a UUID")
    equal(len(base64.b64decode(response.headers["X-Road-Request-Hash"], validate=True)), 64, "bytes of the hash")
    equal(response.headers.get("X-Road-Error"), None, "X-Road-Error")


@check("a message id is made where the caller sends none, and the request id is never the caller's")
def identifiers_are_made() -> None:
    own = str(uuid.uuid4())
    first, second = (get(f"{SERVICE}/permits?period=2025", X_Road_Request_Id=own) for _ in range(2))
    for name in ("X-Road-Id", "X-Road-Request-Id"):
        values = {own, first.headers[name], second.headers[name]}
        equal(len(values), 3, f"different values of {name}")


@check("the query reaches the service as it was sent")
def query_passes_through() -> None:
    response = get(f"{SERVICE}/permits?{EXAMPLE_QUERY.replace(',', '%2C')}")
    equal(response.json(), EXAMPLE, "counts")


@check("an error of the service comes back as it is, without X-Road-Error")
def service_error_passes_through() -> None:
    response = get(f"{SERVICE}/permits?period=2026-Q1&a%20%26b=1")
    equal(response.status_code, 400, "status")
    equal(response.headers["Content-Type"], "application/problem+json", "content type")
    equal(response.json()["detail"], "There is no parameter 'a &b'.", "detail")
    equal(response.headers.get("X-Road-Error"), None, "X-Road-Error")


@check("a request with a body reaches the service (which refuses the method)")
def body_passes_through() -> None:
    response = requests.post(
        f"{CONSUMER}{SERVICE}/permits", json={"period": "2026-Q1"}, headers={"X-Road-Client": CLIENT}, timeout=TIMEOUT_SECONDS)
    equal(response.status_code, 405, "status")
    equal(response.headers.get("X-Road-Error"), None, "X-Road-Error")


def require_fault(status: int, headers, content: bytes, code: str) -> None:
    """JSON with exactly type, message and detail; the header names the type; the status follows from it (PR-REST 4.6)."""
    fault = json.loads(content)
    equal(sorted(fault), ["detail", "message", "type"], "members")
    require_code(fault["type"], code)
    equal(headers["X-Road-Error"], fault["type"], "X-Road-Error")
    equal(headers["Content-Type"].split(";")[0], "application/json", "content type")
    equal(status, 500 if fault["type"].startswith("server.") else 400, "status")
    if not fault["message"]:
        raise AssertionError("the message is empty")
    require_logged(fault["detail"])


PERMITS = f"{SERVICE}/permits?period=2025"
FAULTS = [
    ("unknown service", f"{SERVICE}Other/permits", CLIENT, "server.serverproxy.unknown_service"),
    ("service of the other kind", "/r1/XK/GOV/CRA/civreg/verifyPerson/v1", CLIENT, "server.serverproxy."),
    ("unknown provider", PERMITS.replace("/MIA/", "/NOBODY/"), CLIENT, "server.clientproxy.unknown_member"),
    ("unknown consumer", PERMITS, CLIENT_UNKNOWN, "server.clientproxy.unknown_member"),
    ("consumer without the right", PERMITS, CLIENT_WITHOUT_RIGHTS, "server.serverproxy.access_denied"),
    ("no consumer", PERMITS, None, "client."),
    ("consumer of two codes", PERMITS, "XK/GOV", "client."),
    ("consumer with an empty code", PERMITS, "XK/GOV//mmis", "client."),
    ("path without a service", "/r1/XK/GOV", CLIENT, "client."),
    ("path that leaves the service", f"{SERVICE}/../../../CRA/civreg/x", CLIENT, ""),
    ("encoded path that leaves the service", f"{SERVICE}/%2e%2e/permits?period=2025", CLIENT, ""),
]


def register_faults() -> None:
    for name, path, consumer, code in FAULTS:

        @check(f"{name}: {code or 'any fault'}")
        def fault_is_answered(path=path, consumer=consumer, code=code) -> None:
            headers = [] if consumer is None else [("X-Road-Client", consumer)]
            require_fault(*raw_get(path, headers), code)


def raw_get(path: str, headers: list[tuple[str, str]]) -> tuple[int, http.client.HTTPMessage, bytes]:
    """A GET that is sent as it stands: requests would tidy the path and merge the headers."""
    address = urllib.parse.urlsplit(CONSUMER)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.putrequest("GET", path)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@check("two headers X-Road-Client, even when equal: client.")
def duplicate_client() -> None:
    for second in (CLIENT, CLIENT_WITHOUT_RIGHTS):
        require_fault(*raw_get(PERMITS, [("X-Road-Client", CLIENT), ("X-Road-Client", second)]), "client.")


register_faults()
run()
