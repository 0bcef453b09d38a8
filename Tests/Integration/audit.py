"""What operators and auditors do with the message log of a running server, and of one that stands still: searching, holding, erasing,
exporting. Every step leaves its entry; who may not do it, or not alone, is refused."""

import base64
import csv
import datetime
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import uuid

import servers

SIDE = "consumer"
SETTINGS = servers.settings(SIDE)
ORIGINAL = SETTINGS.read_text()
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="ura-audit-"))
PORTAL = "XK/GOV/GAM/portal"
# The log may be long by now.
START = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def ura(*arguments: object, status: int | None = 0) -> str:
    """Standard output, or standard error of a command that is to fail; `status` None: whatever it is."""
    run = subprocess.run([servers.URA, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if status is not None and run.returncode != status:
        raise SystemExit(f"FAILED  ura {' '.join(map(str, arguments))}: status {run.returncode}\n{run.stdout}{run.stderr}")
    return run.stdout or run.stderr


def log(command: str, *arguments: object, status: int | None = 0) -> str:
    return ura("log", command, "--settings", SETTINGS, *arguments, status=status)


def key(name: str) -> list[object]:
    """Options by which an operator signs."""
    return ["--operator", name, "--key", FOLDER / f"{name}.key", "--passphrase-file", FOLDER / "passphrase"]


def refused(expected: str, command: str, *arguments: object) -> None:
    said = log(command, *arguments, status=1)
    servers.check(expected in said, f"refused: {said.strip().splitlines()[0]}")


def events() -> list[dict]:
    """The statements of the log's events, the oldest first, as they lie in the database."""
    database = servers.STATE / SIDE / "state" / "log" / "messagelog.sqlite"
    query = "SELECT statement FROM event ORDER BY number"
    said = subprocess.run(["sqlite3", "-readonly", database, query], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in said.stdout.splitlines()]


def last_event(kind: str) -> dict:
    event = [event for event in events() if event["event"] == kind][-1]
    servers.check(event["uid"] == str(os.getuid()), f"the log says so: {json.dumps(event)[:160]}")
    return event


def operators() -> None:
    (FOLDER / "passphrase").write_text("throw-away\n")
    (FOLDER / "passphrase").chmod(0o600)
    lines = ["operators:"]
    for name in ("alice", "bob", "mallory"):
        ura(
            "key", "create", "--out", FOLDER / f"{name}.key", "--public-key", FOLDER / f"{name}.pem",
            "--passphrase-file", FOLDER / "passphrase",
        )
        if name != "mallory":
            lines.append(f"  - {{ name: {name}, key: {FOLDER}/{name}.pem }}")
    SETTINGS.write_text(ORIGINAL + "\n".join(lines) + "\n")
    said = ura("security-server", "reload", "--settings", SETTINGS)
    servers.check(said == "changed: operators\n", f"operators are taken up while the server runs: {said.strip()}")
    SETTINGS.write_text(SETTINGS.read_text().replace("bob.pem", "alice.pem"))
    said = ura("security-server", "reload", "--settings", SETTINGS, status=1)
    servers.check("its key is also alice's" in said, f"two names with one key are refused: {said.strip()}")
    SETTINGS.write_text(SETTINGS.read_text().replace("bob, key: " + f"{FOLDER}/alice.pem", "bob, key: " + f"{FOLDER}/bob.pem"))


def searching() -> None:
    hostile = "=HYPERLINK(\"http://x\";\"y\")," + str(uuid.uuid4())
    status, _, _ = servers.get(headers={"X-Road-Client": servers.CLIENT, "X-Road-Id": hostile})
    servers.check(status == 200, "a call whose id is a formula")
    found = [json.loads(line) for line in log("search", "--message-id", hostile, "--form", "json").splitlines()]
    servers.check(
        [(record["direction"], record["outcome"]) for record in found] == [("response", "answered"), ("request", "answered")],
        "it is found by its id, answered",
    )
    event = last_event("search")
    servers.check(event["message-id"] == hostile and event["found"] == "2", "with what was searched")
    rows = list(csv.DictReader(io.StringIO(log("search", "--message-id", hostile, "--form", "csv"), newline="")))
    servers.check(all(row["message-id"] == "'" + hostile for row in rows) and len(rows) == 2, "in CSV it is text")

    person = "49001011234"
    log("search", "--message-id", person, status=1)
    event = last_event("search")
    servers.check(person not in json.dumps(events()), f"what was not found is not put into the log: {event['message-id']}")

    status, headers, _ = servers.get(headers={"X-Road-Client": PORTAL})
    servers.check(headers["X-Road-Error"] == "server.serverproxy.access_denied", "a call without the right")
    said = log("search", "--outcome", "unanswered", "--client", PORTAL, "--from", START, "--form", "json")
    unanswered = [json.loads(line) for line in said.splitlines()]
    servers.check(len(unanswered) >= 1 and all(r["direction"] == "request" for r in unanswered), "is found among the unanswered")
    before = [event["event"] for event in events()].count("search")
    text = log("search", "--member", "XK/GOV/MIA", "--from", "2020-01-01", "--limit", 3)
    after = [event["event"] for event in events()].count("search")
    servers.check(len(text.splitlines()) == 4 and after == before + 1, "one entry for one search")
    servers.check(not log("search", "--member", "XK/GOV/NOBODY", status=1).splitlines()[1:], "nothing for a member that is not there")
    servers.check("is no time" in log("search", "--from", "yesterday", status=64), "a wrong time is wrong use")


def exporting() -> list[str]:
    identifier = servers.log(SIDE)[-1]["id"]
    out = FOLDER / "call.asice"
    refused("an operator has to sign", "export", "--id", identifier, "--out", out, "--case", "A-1")
    refused("a case has to be named", "export", "--id", identifier, "--out", out, *key("alice"))
    refused("do not know this operator", "export", "--id", identifier, "--out", out, "--case", "A-1", *key("mallory"))
    servers.check(not out.exists(), "and nothing is written")
    folder = FOLDER / "exported"
    log(
        "export", "--client", servers.CLIENT, "--from", START, "--folder", folder, "--case", "A-1", "--with-configuration", *key("alice")
    )
    event = last_event("export")
    servers.check(event["operator"] == "alice" and event["case"] == "A-1" and event["records"], "with case, operator and records")
    containers = sorted(folder.glob("*.asice"))
    configurations = sorted((folder / "configuration").iterdir())
    servers.check(len(containers) >= 2 and len(configurations) == 1, f"{len(containers)} containers and their configuration")
    moved = FOLDER / "second-machine"
    folder.rename(moved)
    verified = ura("verify", *sorted(moved.glob("*.asice")), "--configuration", moved / "configuration")
    servers.check(verified.count("TOTAL-PASSED") == len(containers), "a second machine verifies them by it alone")
    return [path.stem for path in containers]


def holding() -> None:
    said = log("hold", "--case", "Court 7/26", "--service", "XK/GOV/MIA/dcam/residencePermits")
    servers.check(re.fullmatch(r"held, entry [0-9a-f]{8}-\d+\n", said) is not None, said.strip())
    event = last_event("hold")
    servers.check(event["selection-service"] == "XK/GOV/MIA/dcam/residencePermits", "with what it holds")
    servers.check("Court 7/26" in log("holds"), "it is listed")
    plan = FOLDER / "held.json"
    said = log("erase", "--case", "B-2", "--client", PORTAL, "--service", "XK/GOV/MIA/dcam/residencePermits", "--plan", plan)
    servers.check("erases     0 records" in said and not plan.exists(), "an erasure would keep what it holds")
    refused("no hold of case", "release", "--case", "Court 8/26")
    log("release", "--case", "Court 7/26")
    last_event("release")
    servers.check(log("holds") == "" and "Court 7/26" in log("holds", "--released"), "released, and still known")


def erasing(exported: list[str]) -> None:
    victim = exported[0]
    plan = FOLDER / "plan.json"
    for _ in range(120):
        said = log("erase", "--case", "DPA 2026/17", "--id", victim, "--plan", plan)
        if "1 records without a time-stamp" not in said:
            break
        time.sleep(1)
    servers.check("erases     1 records" in said, "the plan of an erasure, once the record has its time-stamp")
    for name in ("alice", "bob", "mallory"):
        ura("log", "approve", "--plan", plan, *key(name))
    approvals = {name: f"{plan}.{name}.approval" for name in ("alice", "bob", "mallory")}

    def execute(*names: str, file: pathlib.Path = plan) -> list[object]:
        given = [part for name in names for part in ("--approval", approvals[name])]
        return ["erase", "--plan", file, *given, "--execute"]

    refused("0 of 2 operators agreed", *execute())
    refused("1 of 2 operators agreed", *execute("alice"))
    refused("it is there twice", *execute("alice", "alice"))
    refused("do not know this operator", *execute("alice", "mallory"))
    other = FOLDER / "other.json"
    other.write_text(plan.read_text().replace("DPA 2026/17", "DPA 2026/18"))
    refused("it was changed", *execute("alice", "bob", file=other))
    log("hold", "--case", "Late", "--id", victim)
    refused(f"record {victim} is on hold for the case Late", *execute("alice", "bob"))
    log("release", "--case", "Late")
    said = log(*execute("bob", "alice"))
    servers.check("erased 1 records, approved by alice and bob" in said, said.strip().replace("\n", ", "))
    event = last_event("erasure")
    digest = json.loads(plan.read_text())["digest"]
    servers.check(
        event["operators"] == "alice,bob" and event["plan"] == digest and event["records"] == victim.split("-")[1],
        "with operators, plan and record",
    )
    refused("it was carried out", *execute("alice", "bob"))
    said = log("export", "--id", victim, "--out", FOLDER / "erased.asice", "--case", "C-3", *key("bob"), status=1)
    servers.check("left out 1 that were erased" in said and not (FOLDER / "erased.asice").exists(), said.strip())
    listed = {record["id"]: record for record in servers.log(SIDE)}
    servers.check("erasedBy" in listed[victim], "who called what and when stays")


def merkle_root(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162 2.1.3.2."""
    node, fn, sn = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for sibling in proof:
        if fn & 1 or fn == sn:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        fn, sn = fn >> 1, sn >> 1
    return node if sn == 0 else b""


def proven(file: pathlib.Path) -> str:
    """The leaf that a proof stands for, after it was verified against the root in its checkpoint (C2SP tlog-proof)."""
    proof, checkpoint = file.read_text().split("\n\n", 1)
    lines = proof.splitlines()
    leaf = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    _, size, root = checkpoint.splitlines()[:3]
    got = merkle_root(leaf, index, int(size), [base64.b64decode(line) for line in lines[3:]])
    servers.check(got == base64.b64decode(root), f"{file.name}: leaf {index} of {size} leads to the checkpoint's root")
    return leaf.decode()


def sampling(erased: str) -> None:
    numbers = sorted(int(record["id"].split("-")[1]) for record in servers.log(SIDE) if record["time"] >= START)
    for _ in range(100):
        wait = ["--count", 1, "--seed", "wait", "--from", START, "--through", numbers[-1], "--folder", FOLDER / "wait", "--case", "S-0"]
        said = log("sample", *wait, *key("bob"), status=None)
        if "drew" in said:
            break
        time.sleep(0.2)
    refused("an operator has to sign", "sample", "--count", 3, "--seed", "2026-11-24", "--folder", FOLDER / "sample", "--case", "S-1")
    folder = FOLDER / "sample"
    drawing = ["--count", len(numbers) - 1, "--seed", "2026-11-24", "--from", START, "--through", numbers[-1], "--folder", folder, "--case", "S-1"]
    log("sample", *drawing, "--with-configuration", *key("bob"))
    event = last_event("sample")
    manifest = json.loads((folder / "manifest.json").read_text())
    rank = lambda number: hashlib.sha256(f"ura-sample 1\n{manifest['log']}\n2026-11-24\n{number}".encode()).digest()
    expected = [f"{manifest['log']}-{number}" for number in sorted(sorted(numbers, key=rank)[:-1])]
    servers.check([record["record"] for record in manifest["records"]] == expected, "the sample is the one that anybody draws")
    servers.check(event["operator"] == "bob" and event["candidates"] == str(len(numbers)), "the log says who drew it from how many")
    for record in manifest["records"]:
        leaf = proven(folder / record["proof"])
        servers.check(f"\nnumber={record['record'].split('-')[1]}\n" in leaf, "and is that record's")
    containers = [folder / record["container"] for record in manifest["records"] if "container" in record]
    servers.check(len(containers) >= len(expected) - 1, "containers are there for all but the erased one")
    verified = ura("verify", *containers, "--configuration", folder / "configuration")
    servers.check(verified.count("TOTAL-PASSED") == len(containers), "and pass")
    whole = FOLDER / "whole"
    said = log("sample", "--count", 10_000, "--seed", "x", "--from", START, "--through", numbers[-1], "--folder", whole, "--case", "S-2", *key("bob"))
    servers.check(f"drew {len(numbers)} of {len(numbers)} records, 1 of them erased" in said, said.strip())
    servers.check(not (whole / f"{erased}.asice").exists(), "the erased one has no container")
    servers.check(f"\nnumber={erased.split('-')[1]}\n" in proven(whole / f"{erased}.tlog-proof"), "and is proven still")


def gaps() -> None:
    report = json.loads(log("gaps", "--answer-seconds", 0, "--json", status=1))
    servers.check(
        [finding["name"] for finding in report["findings"]] == ["unanswered"] and report["entries"] == len(servers.log(SIDE)) + len(events()),
        f"what is missing is the answer to refused calls: {report['findings']}",
    )


def standing_still() -> None:
    """The same commands without a server: they open the log themselves, with the same checks."""
    servers.kill(SIDE)
    log("hold", "--case", "Offline", "--before", "2020-01-01")
    last_event("hold")
    refused("no hold of case", "release", "--case", "Other")
    log("release", "--case", "Offline")
    servers.start(SIDE)
    servers.check(servers.get()[0] == 200, "the server starts again with what was entered meanwhile")


def others_may_not() -> None:
    if os.getuid() == 0:
        command = ["setpriv", "--reuid", "65534", "--clear-groups", servers.URA, "log", "list", "--settings", SETTINGS]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60)
        servers.check(said.returncode != 0 and not said.stdout, f"another user sees nothing: {said.stderr.strip()}")


operators()
searching()
exported = exporting()
holding()
erasing(exported)
sampling(exported[0])
gaps()
standing_still()
others_may_not()
SETTINGS.write_text(ORIGINAL)
ura("security-server", "reload", "--settings", SETTINGS)
