"""Time-stamps of the running exchange before referees we did not write: tokens before openssl ts, hash chains recomputed here. Then
the authority goes away and comes back, and a server is killed while its messages wait: none is left out."""

import base64
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
import zipfile

import servers

AUTHORITY = servers.STATE / "authority"
HC = "{http://cyber.ee/hashchain}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
SHA512 = b"http://www.w3.org/2001/04/xmlenc#sha512"


def tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([length]) if length < 128 else bytes([0x80 | len(octets)]) + octets) + content


def top_of(chain: bytes, document: bytes) -> bytes:
    """The digest of the chain's first step, from the signature document's bytes upwards."""
    steps = {step.get("id"): step for step in ElementTree.fromstring(chain).iter(HC + "HashStep")}

    def digest(name: str) -> bytes:
        values = b""
        for value in steps[name]:
            if value.tag == HC + "StepRef":
                content = digest(value.get("URI").removeprefix("#"))
            elif value.tag == HC + "DataRef":
                assert value.get("URI") == "/META-INF/signatures.xml", value.get("URI")
                content = hashlib.sha512(document).digest()
            else:
                content = base64.b64decode(value.find(DS + "DigestValue").text)
            values += tagged(0x30, tagged(0x04, content) + tagged(0x0C, SHA512) + tagged(0x30, b""))
        return hashlib.sha512(tagged(0x30, values)).digest()

    return digest("STEP0")


def stamped(side: str, folder: pathlib.Path, seconds: int = 60) -> list[pathlib.Path]:
    """Every record of a server as a container with a time-stamp, waiting until each has one."""
    deadline = time.monotonic() + seconds
    for attempt in range(1000):
        containers = folder / f"{side}-{attempt}"
        servers.export_all(side, containers)
        paths = sorted(containers.iterdir())
        waiting = [path for path in paths if "META-INF/timestamp.tst" not in zipfile.ZipFile(path).namelist()]
        if not waiting:
            return paths
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    servers.check(False, f"{len(waiting)} of {len(paths)} messages of the {side} have no time-stamp after {seconds} s")


def judge(path: pathlib.Path, folder: pathlib.Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entry = {name: archive.read(name) for name in archive.namelist()}
    token, result = folder / "token", folder / "result"
    token.write_bytes(entry["META-INF/timestamp.tst"])
    result.write_bytes(entry["ts-hashchainresult.xml"])
    verified = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", "-in", token, "-data", result, "-CAfile", AUTHORITY / "authority.pem"],
        capture_output=True, text=True,
    )
    servers.check("Verification: OK" in verified.stdout, f"{path.name}: openssl ts -verify {verified.stderr[-300:] * verified.returncode}")
    value = base64.b64decode(ElementTree.fromstring(entry["ts-hashchainresult.xml"]).find(DS + "DigestValue").text)
    top = top_of(entry["ts-hashchain.xml"], entry["META-INF/signatures.xml"])
    servers.check(top == value, f"{path.name}: the hash chain leads from the signature to what is stamped")


def diagnose() -> subprocess.CompletedProcess:
    return subprocess.run(
        [servers.URA, "security-server", "diagnose", "--settings", servers.settings("consumer")], capture_output=True, text=True
    )


def start_authority() -> None:
    with open(servers.STATE / "log" / "authority.log", "ab") as output:
        running = subprocess.Popen(
            [servers.URA, "test-authority", "serve", "--folder", AUTHORITY], stdout=output, stderr=output, start_new_session=True
        )
    (servers.STATE / "run" / "authority").write_text(f"{running.pid}\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for side in ("consumer", "provider"):
            paths = stamped(side, folder)
            for path in paths[-6:]:
                judge(path, folder)
            reports = [json.loads(line) for line in servers.verify(paths, side).stdout.replace("}\n{", "}\x00{").split("\x00")]
            proved = [report for report in reports if "proof" in report.get("timestamp", {})]
            servers.check(len(proved) == len(paths), f"ura verify names the time that {len(proved)} of {len(paths)} messages of the {side} are proved by")
            servers.check(all(report["indication"] == "TOTAL-PASSED" for report in reports), "and all of them pass")

        answer = diagnose()
        servers.check(answer.returncode == 0 and "stamped in" in answer.stdout, f"diagnose: {answer.stdout.splitlines()[-1]}")

        os.kill(servers.process("authority"), signal.SIGKILL)
        time.sleep(0.2)
        answer = diagnose()
        servers.check(answer.returncode == 1 and "refused the connection" in answer.stdout, f"diagnose: {answer.stdout.splitlines()[-1]}")
        for _ in range(3):
            status, _, _ = servers.get()
            servers.check(status == 200, "without the time-stamping authority calls are answered, for four hours")
        time.sleep(3)
        start_authority()
        servers.check(len(stamped("consumer", folder)) > len(paths) - 1, "with the authority back what was logged meanwhile is stamped")

        for _ in range(5):
            servers.get()
        servers.kill("consumer")
        servers.start("consumer")
        paths = stamped("consumer", folder)
        servers.check(len(paths) == len(servers.log("consumer")), f"after kill -9 all {len(paths)} messages of the consumer are stamped")


main()
