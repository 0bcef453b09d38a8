"""Checks the files in contracts/ with tools of others. Needs no running server."""

import json
import tempfile
from pathlib import Path

import yaml
import zeep
from jsonschema import Draft202012Validator
from lxml import etree
from openapi_schema_validator import OAS30ReadValidator
from openapi_spec_validator import validate as validate_openapi
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from checks import check, equal, run
from exchange import CONTRACTS, RESIDENCE_PERMITS, VERIFY_PERSON

VERIFY = CONTRACTS / "civil-registration-agency" / "verifyPerson"
PERMITS = CONTRACTS / "ministry-of-internal-affairs" / "residencePermits"
NAMESPACES = {
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "wsoap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "xrd": "http://x-road.eu/xsd/xroad.xsd",
}


def policies() -> list[Path]:
    return sorted(CONTRACTS.glob("*/*/policy.json"))


@check("every policy.json conforms to the schema of service policies")
def policies_conform() -> None:
    schema = json.loads((CONTRACTS / "service-policy.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    equal(len(policies()), 2, "policies")
    for policy in policies():
        Draft202012Validator(schema).validate(json.loads(policy.read_text()))


@check("the schema refuses a policy of special-category data with plain consent")
def schema_refuses() -> None:
    schema = json.loads((CONTRACTS / "service-policy.schema.json").read_text())
    policy = json.loads((VERIFY / "policy.json").read_text())
    policy |= {"personalData": "special-category", "allowedBases": ["consent"], "maxConsentDays": 30,
               "freshness": {"maxStatusAgeSeconds": 0}}
    if Draft202012Validator(schema).is_valid(policy):
        raise AssertionError("it was accepted")


@check("every policy names the service of its contract")
def policies_name_their_services() -> None:
    named = {json.loads(policy.read_text())["service"] for policy in policies()}
    equal(named, {VERIFY_PERSON, RESIDENCE_PERMITS}, "services")


@check("the WSDL is read by zeep and is document/literal wrapped (PR-MESS 3.2)")
def wsdl_is_wrapped() -> None:
    zeep.Client(str(VERIFY / "service.wsdl"))
    wsdl = etree.parse(VERIFY / "service.wsdl")
    operation = wsdl.xpath("string(//wsdl:binding/wsdl:operation/@name)", namespaces=NAMESPACES)
    version = wsdl.xpath("string(//wsdl:binding/wsdl:operation/xrd:version)", namespaces=NAMESPACES)
    equal([operation, version], VERIFY_PERSON.split("/")[-2:], "service code and version")
    for path in ("//wsoap:binding/@style", "//wsoap:body/@use", "//wsoap:header/@use"):
        values = set(wsdl.xpath(path, namespaces=NAMESPACES))
        equal(len(values) == 1 and values <= {"document", "literal"}, True, path)


def schemas_of_wsdl(folder: Path) -> dict[str, etree.XMLSchema]:
    """The schemas in the WSDL, by namespace, written out so that their imports find each other."""
    elements = etree.parse(VERIFY / "service.wsdl").xpath("//xs:schema", namespaces=NAMESPACES)
    paths = {element.get("targetNamespace"): folder / f"{index}.xsd" for index, element in enumerate(elements)}
    for element in elements:
        schema = etree.fromstring(etree.tostring(element, with_tail=False))
        for imported in schema.findall("xs:import", NAMESPACES):
            imported.set("schemaLocation", str(paths[imported.get("namespace")]))
        etree.ElementTree(schema).write(paths[element.get("targetNamespace")])
    return {namespace: etree.XMLSchema(file=path) for namespace, path in paths.items()}


@check("the example messages of verifyPerson conform to the schemas in the WSDL")
def soap_examples_conform() -> None:
    with tempfile.TemporaryDirectory() as folder:
        schemas = schemas_of_wsdl(Path(folder))
        for name in ("request.xml", "response.xml"):
            message = etree.parse(VERIFY / "examples" / name)
            for element in message.xpath("/soap:Envelope/*/*", namespaces=NAMESPACES):
                # A copy of its own: a schema validates a whole document.
                single = etree.fromstring(etree.tostring(element, with_tail=False))
                schemas[etree.QName(single).namespace].assertValid(single)


@check("the policy's selector finds the one person of the example request")
def selector_finds_the_person() -> None:
    operation = json.loads((VERIFY / "policy.json").read_text())["operations"][0]
    message = etree.parse(VERIFY / "examples" / "request.xml")
    selector = operation["subject"]["selectors"][0]
    found = message.xpath(selector["xpath"], namespaces=selector["namespaces"])
    equal([element.text for element in found], ["1000000016"], "personal numbers")
    body = message.xpath("/soap:Envelope/soap:Body/*", namespaces=NAMESPACES)
    equal([element.tag for element in body], [operation["match"]["soapBodyElement"]], "body element")


@check("the OpenAPI description is valid and describes what the policy matches")
def openapi_is_valid() -> None:
    description = yaml.safe_load((PERMITS / "openapi.yaml").read_text())
    validate_openapi(description)
    match = json.loads((PERMITS / "policy.json").read_text())["operations"][0]["match"]
    equal(match["method"].lower() in description["paths"][match["path"]], True, "operation")


@check("the example answer of residencePermits conforms to the OpenAPI description")
def rest_example_conforms() -> None:
    description = yaml.safe_load((PERMITS / "openapi.yaml").read_text())
    registry = Registry().with_resource("urn:openapi", Resource(contents=description, specification=DRAFT202012))
    schema = {"$ref": "urn:openapi#/components/schemas/PermitCounts"}
    OAS30ReadValidator(schema, registry=registry).validate(json.loads((PERMITS / "examples" / "response.json").read_text()))


run()
