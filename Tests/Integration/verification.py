"""Evidence of the running exchange before `ura verify`, as an auditor has it who trusts nothing but the anchor: the configuration
that a server has stored is verified first, and refused where it is not the anchor's. Reports are checked against their schema."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from jsonschema import Draft202012Validator

import servers

ANCHOR = servers.STATE / "anchor.xml"
SCHEMA = pathlib.Path(__file__).parents[2] / "contracts" / "verification-report.schema.json"


def verify(containers: list, configuration, anchor=ANCHOR) -> tuple[int, list[dict]]:
    command = [servers.URA, "verify", *containers, "--configuration", configuration, "--json", "--anchor", anchor]
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


def refused(reports: list[dict], reason: str) -> bool:
    texts = [f["text"] for report in reports for f in report["findings"] if f["code"] == "configuration_refused"]
    return bool(reports) and len(texts) == len(reports) and all(reason in text for text in texts)


def main() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        servers.export_all("consumer", folder / "containers")
        containers = sorted((folder / "containers").iterdir())[-8:]
        stored = servers.STATE / "consumer" / "state" / "configuration"
        status, reports = verify(containers, stored)
        servers.check(status == 0 and len(reports) == len(containers), f"{len(containers)} containers pass, from the anchor on")
        servers.check(
            all(report["configuration"]["trust"] == "verified from the anchor" for report in reports),
            "the stored configuration is verified from the anchor")
        errors = [error.message for report in reports for error in validator.iter_errors(report)]
        servers.check(not errors, "every report conforms to its schema" + "".join(errors[:3]))

        # The other side stored the same configuration by itself.
        status, _ = verify(containers, servers.STATE / "provider" / "state" / "configuration")
        servers.check(status == 0, "the peer's stored configuration serves as well")

        stranger = folder / "anchor.xml"
        certificate = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
             "-keyout", "/dev/null"], capture_output=True, text=True, check=True).stdout
        base64 = "".join(certificate.splitlines()[1:-1])
        text = ANCHOR.read_text()
        start, end = text.index("<verificationCert>") + len("<verificationCert>"), text.index("</verificationCert>")
        stranger.write_text(text[:start] + base64 + text[end:])
        status, reports = verify(containers, stored, stranger)
        servers.check(status == 2 and refused(reports, "no trusted verification certificate"), "another anchor is refused")

        copy = folder / "configuration"
        shutil.copytree(stored / "current", copy)
        parameters = next(path for path in copy.glob("*/shared-params.xml"))
        parameters.write_bytes(parameters.read_bytes().replace(b"<ocspFreshnessSeconds>", b"<ocspFreshnessSeconds>9", 1))
        status, reports = verify(containers, copy)
        servers.check(status == 2 and refused(reports, "does not match its hash"), "an altered configuration is refused")
        shutil.rmtree(copy / ".directories")
        status, reports = verify(containers, copy)
        servers.check(status == 2 and refused(reports, "no signed directory"), "one without its signed directory is refused")


main()
