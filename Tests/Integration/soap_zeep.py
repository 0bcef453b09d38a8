"""Calls verifyPerson through the consumer's security server with zeep, a SOAP client that knows only the WSDL."""

import base64
import hashlib
import uuid

import requests
import zeep
from lxml import etree

from checks import check, equal, run
from exchange import (
    CLIENT, CLIENT_UNKNOWN, CLIENT_WITHOUT_RIGHTS, CONSUMER, CONTRACTS, TIMEOUT_SECONDS, VERIFY_PERSON, require_code,
    require_logged,
)

FOLDER = CONTRACTS / "civil-registration-agency" / "verifyPerson"
EXAMPLE = (FOLDER / "examples" / "request.xml").read_text()
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XROAD = "{http://x-road.eu/xsd/xroad.xsd}"
CODES = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode", "serviceVersion")
CASE = "RP-2026/00017"


class Recording(zeep.Transport):
    """Keeps the bytes of the last exchange: the request hash is over exactly those that were sent."""

    sent = b""
    received = b""
    status = 0

    def post(self, address, message, headers):
        response = super().post(address, message, headers)
        self.sent, self.received, self.status = message, response.content, response.status_code
        return response


transport = Recording(timeout=TIMEOUT_SECONDS, operation_timeout=TIMEOUT_SECONDS)
client = zeep.Client(str(FOLDER / "service.wsdl"), transport=transport)
service = client.create_service("{urn:xk:cra:civreg:v1}CivilRegistrationSOAP", CONSUMER + "/")


def identifier(text: str, kind: str) -> dict[str, str]:
    return {"objectType": kind} | dict(zip(CODES, text.split("/")))


def call(request: dict, consumer: str = CLIENT, provider: str = VERIFY_PERSON, issue: str = CASE):
    headers = {
        "client": identifier(consumer, "SUBSYSTEM"),
        "service": identifier(provider, "SERVICE"),
        "id": str(uuid.uuid4()),
        "userId": "XK1000000214",
        "issue": issue,
        "protocolVersion": "4.0",
    }
    return service.verifyPerson(request={"caseId": CASE} | request, _soapheaders=headers)


def require_request_hash() -> None:
    """PR-MESS 2.2: the header requestHash is the digest of the request's bytes as the client sent them."""
    header = etree.fromstring(transport.received).find(f"{SOAP}Header/{XROAD}requestHash")
    if header is None:
        raise AssertionError("the answer has no requestHash")
    equal(header.get("algorithmId"), "http://www.w3.org/2001/04/xmlenc#sha512", "hash algorithm")
    equal(base64.b64decode("".join(header.text.split())), hashlib.sha512(transport.sent).digest(), "requestHash")


@check("a registered person whose data agree: match, status, citizenship, document")
def positive() -> None:
    answer = call({"personalNumber": "1000000016", "givenName": "Lendita", "familyName": "Çitaku", "birthDate": "1975-09-22"})
    result = answer.body.response
    equal((result.match, result.status, result.citizenship, result.validDocument), (True, "alive", "XK", True), "answer")
    require_request_hash()


@check("the answer's header has the request's elements in order and unchanged, then requestHash")
def headers_come_back() -> None:
    call({"personalNumber": "1000000404"})

    def values(message: bytes) -> list[tuple[str, list[str]]]:
        header = etree.fromstring(message).find(f"{SOAP}Header")
        return [(field.tag, [text.strip() for text in field.itertext() if text.strip()]) for field in header]

    received = [field for field in values(transport.received) if field[0] != f"{XROAD}requestHash"]
    equal(received, values(transport.sent), "header")


@check("a person who is not registered: no match, and nothing else")
def not_found() -> None:
    result = call({"personalNumber": "9000000001"}).body.response
    equal((result.match, result.status, result.citizenship, result.validDocument), (False, None, None, None), "answer")
    require_request_hash()


@check("a personal number with a wrong check digit: the contract's fault")
def business_fault() -> None:
    body = call({"personalNumber": "1000000017"}).body
    equal((body.response, body.fault.faultCode), (None, "personalNumberInvalid"), "answer")
    require_request_hash()


@check("another case in the header than in the body: the contract's fault")
def case_differs() -> None:
    equal(call({"personalNumber": "1000000016"}, issue="OTHER").body.fault.faultCode, "caseIdDiffers", "fault")


@check("a SOAP fault of the service reaches the consumer")
def service_fault() -> None:
    response = post(EXAMPLE.replace("<c:caseId>RP-2026/00017</c:caseId>", ""))
    fault = etree.fromstring(response.content).find(f"{SOAP}Body/{SOAP}Fault")
    equal(fault is not None and fault.findtext("faultstring"), "personalNumber and caseId are mandatory.", "faultstring")


def post(message: str, content_type: str = "text/xml; charset=utf-8") -> requests.Response:
    return requests.post(
        CONSUMER + "/", data=message.encode(), headers={"Content-Type": content_type, "SOAPAction": '""'},
        timeout=TIMEOUT_SECONDS)


def require_fault(content: bytes, code: str) -> None:
    """PR-MESS Annex D.1: faultcode, faultstring, detail/faultDetail."""
    fault = etree.fromstring(content).find(f"{SOAP}Body/{SOAP}Fault")
    if fault is None:
        raise AssertionError(f"the answer is no fault: {content[:300]!r}")
    require_code(fault.findtext("faultcode"), code)
    if not fault.findtext("faultstring"):
        raise AssertionError("the faultstring is empty")
    require_logged(fault.findtext("detail/faultDetail") or "")


CALLS = [
    ("unknown version of a service", {"provider": VERIFY_PERSON.replace("/v1", "/v9")}, "server.serverproxy.unknown_service"),
    ("unknown provider", {"provider": VERIFY_PERSON.replace("/CRA/", "/NOBODY/")}, "server.clientproxy.unknown_member"),
    ("unknown consumer", {"consumer": CLIENT_UNKNOWN}, "server.clientproxy.unknown_member"),
    ("consumer without the right", {"consumer": CLIENT_WITHOUT_RIGHTS}, "server.serverproxy.access_denied"),
]
HEADER_ID = "<xrd:id>0f6c1e3a-2b7d-4e52-9a41-6d1c8be0f0aa</xrd:id>"
MESSAGES = [
    ("no header id", EXAMPLE.replace(HEADER_ID, ""), "client.missing_header_field"),
    ("two headers id", EXAMPLE.replace(HEADER_ID, HEADER_ID * 2), "client.duplicate_header_field"),
    ("service code that is not the body's element",
     EXAMPLE.replace(">verifyPerson</id:serviceCode>", ">other</id:serviceCode>"), "client.inconsistent_headers"),
    ("document type", EXAMPLE.replace("?>\n", '?>\n<!DOCTYPE a [<!ENTITY e "x">]>\n', 1), "client."),
    ("no XML", "not XML", "client."),
]


def register_faults() -> None:
    """One check for each case of the two tables."""
    for name, arguments, code in CALLS:

        @check(f"{name}: {code}")
        def zeep_reads_the_fault(arguments=arguments, code=code) -> None:
            try:
                call({"personalNumber": "1000000016"}, **arguments)
            except zeep.exceptions.Fault as fault:
                equal(fault.code, code, "faultcode")
                equal(transport.status, 200, "HTTP status")
                require_fault(transport.received, code)
            else:
                raise AssertionError("the call was answered")

    for name, message, code in MESSAGES:

        @check(f"{name}: {code}")
        def fault_is_answered(message=message, code=code) -> None:
            response = post(message)
            equal(response.status_code, 200, "HTTP status")
            equal(response.headers["Content-Type"].split(";")[0], "text/xml", "content type")
            require_fault(response.content, code)


@check("a content type that is not SOAP's: client.invalid_content_type")
def wrong_content_type() -> None:
    require_fault(post(EXAMPLE, "text/plain").content, "client.invalid_content_type")


register_faults()
run()
