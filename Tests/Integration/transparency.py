"""What nobody can do to a message log unseen: proofs and checkpoints are verified here by our own few lines over hashlib and by
openssl; the witness is killed while it is written to; an older copy of the log, alone and with its whole state folder, is put back."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

import servers

WITNESS = "http://127.0.0.1:8095"
ORIGIN = "XK/GOV/GAM/SS1"
LOG = servers.STATE / "consumer" / "state" / "log"


def ura(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([servers.URA, *map(str, arguments)], capture_output=True, text=True)


def check_log(*arguments: object) -> dict:
    """The report of `ura log check` on the consumer, with its exit status."""
    result = ura("log", "check", "--settings", servers.settings("consumer"), "--json", *arguments)
    if not result.stdout:
        raise SystemExit(result.stderr)
    return json.loads(result.stdout) | {"status": result.returncode}


def codes(report: dict) -> list[str]:
    return [finding["code"] for finding in report["findings"]]


def public_key(file: str) -> str:
    return (servers.STATE / file).read_text().strip()


# ---- our own verifier: RFC 9162 2.1.3.2, C2SP signed-note and tlog-cosignature ----


def includes(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    node = hashlib.sha256(b"\0" + leaf).digest()
    position, last = index, size - 1
    for sibling in proof:
        if position % 2 or position == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while position and position % 2 == 0:
                position, last = position // 2, last // 2
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        position, last = position // 2, last // 2
    return last == 0 and node == root


def openssl_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
        (folder / "message").write_bytes(message)
        (folder / "signature").write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key", "-rawin"]
        return subprocess.run(
            [*command, "-in", folder / "message", "-sigfile", folder / "signature"], capture_output=True
        ).returncode == 0


def verify_note(note: str, verifier_key: str) -> bool:
    """Whether the key has signed the note, by the line under it that has the key's name."""
    name, _, encoded = verifier_key.split("+", 2)
    kind, key = base64.b64decode(encoded)[0], base64.b64decode(encoded)[1:]
    text, lines = note.rsplit("\n\n", 1)
    for line in lines.splitlines():
        dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if signer != name or raw[:4] != hashlib.sha256(f"{name}\n".encode() + bytes([kind]) + key).digest()[:4]:
            continue
        if kind == 4:
            seconds = int.from_bytes(raw[4:12], "big")
            return openssl_verifies(key, f"cosignature/v1\ntime {seconds}\n{text}\n".encode(), raw[12:])
        return openssl_verifies(key, (text + "\n").encode(), raw[4:])
    return False


def until(what: str, condition, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return servers.check(True, what)
        time.sleep(0.2)
    servers.check(False, what)


def witnessed() -> int:
    """How many entries of the consumer's log the witness has cosigned."""
    path = hashlib.sha256(ORIGIN.encode()).hexdigest()
    with urllib.request.urlopen(f"{WITNESS}/{path}/checkpoint", timeout=5) as answer:
        return int(answer.read().decode().split("\n")[1])


def entries() -> int:
    return check_log("--offline")["entries"]


def proofs() -> None:
    for _ in range(5):
        servers.get()
    until("the witness has cosigned the log as it is", lambda: witnessed() == entries())
    report = check_log()
    servers.check(report["status"] == 0 and report["rollback"]["isProvable"], "the log passes, confirmed by its witness")
    servers.check(report["checkpoints"]["timestamped"] > 0, "its checkpoints are time-stamped")

    log_key, witness_key = public_key("consumer/log.pub"), public_key("witness/witness.pub")
    with tempfile.TemporaryDirectory() as name:
        proof = pathlib.Path(name) / "record.tlog-proof"
        record = servers.log("consumer")[-3]["id"]
        result = ura("log", "prove", "--settings", servers.settings("consumer"), "--id", record, "--out", proof)
        servers.check(result.returncode == 0, f"a proof of record {record} is written {result.stderr}")
        head, note = proof.read_text().split("\n\n", 1)
        lines = head.split("\n")
        leaf, index = base64.b64decode(lines[1].removeprefix("extra ")), int(lines[2].removeprefix("index "))
        _, size, root = note.split("\n")[:3]
        hashes = [base64.b64decode(line) for line in lines[3:]]
        servers.check(
            includes(leaf, index, int(size), hashes, base64.b64decode(root)), "hashlib finds the record's leaf in the signed tree"
        )
        servers.check(f"number={index + 1}\n".encode() in leaf, "the leaf is of the record's number")
        servers.check(verify_note(note, log_key), "openssl finds the log's signature")
        servers.check(verify_note(note, witness_key), "openssl finds the witness's cosignature")
        keys = ["--log-key", log_key, "--witness-key", witness_key]
        servers.check(ura("log", "verify-proof", proof, *keys).returncode == 0, "ura verifies it with nothing but the keys")
        forged = pathlib.Path(name) / "forged.tlog-proof"
        swapped = base64.b64encode(leaf.replace(b"side=consumer", b"side=provider")).decode()
        forged.write_text(proof.read_text().replace(lines[1], "extra " + swapped))
        servers.check(ura("log", "verify-proof", forged, *keys).returncode == 1, "and refuses another leaf")

        sizes = sorted(int(line.split("|")[0]) for line in sqlite("SELECT size FROM checkpoint"))
        grown = pathlib.Path(name) / "consistency.json"
        ends = ["--from", sizes[0], "--to", sizes[-1], "--out", grown]
        servers.check(
            ura("log", "consistency", "--settings", servers.settings("consumer"), *ends).returncode == 0, "a consistency proof is written"
        )
        known = pathlib.Path(name) / "known"
        known.write_text(json.loads(grown.read_text())["to"])
        servers.check(
            ura("log", "verify-proof", grown, "--checkpoint", known, "--log-key", log_key).returncode == 0, "and verifies"
        )


def sqlite(sql: str) -> list[str]:
    return subprocess.run(
        ["sqlite3", LOG / "messagelog.sqlite", sql], check=True, capture_output=True, text=True
    ).stdout.splitlines()


def start_witness() -> None:
    with open(servers.STATE / "log" / "witness.log", "ab") as output:
        running = subprocess.Popen(
            [servers.URA, "witness", "serve", "--settings", servers.STATE / "witness" / "witness.yaml"],
            stdout=output, stderr=output, start_new_session=True,
        )
    (servers.STATE / "run" / "witness").write_text(f"{running.pid}\n")
    for _ in range(200):
        try:
            return witnessed() and None
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the witness did not start again")


def killed_witness() -> None:
    """Whatever it had cosigned before it was killed it still knows, and it goes on with the log."""
    stop = threading.Event()

    def calls() -> None:
        while not stop.is_set():
            servers.get()
            time.sleep(0.02)

    caller = threading.Thread(target=calls)
    caller.start()
    for _ in range(8):
        time.sleep(0.7)
        before = witnessed()
        os.kill(servers.process("witness"), signal.SIGKILL)
        start_witness()
        servers.check(witnessed() >= before, f"a killed witness still has its checkpoint of {before} entries")
    stop.set()
    caller.join()
    until("it has caught up with the log", lambda: witnessed() == entries())
    servers.check(check_log()["status"] == 0, "and confirms it")


def stop(name: str) -> None:
    """As an operator does: a security server signs and sends its last checkpoint."""
    process = servers.process(name)
    os.kill(process, signal.SIGTERM)
    for _ in range(800):
        try:
            # Dead and not yet waited for is gone too.
            if pathlib.Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    raise SystemExit(f"{name} did not stop")


def rollback() -> None:
    state = servers.STATE / "consumer" / "state"
    older, newer = servers.STATE / "older", servers.STATE / "newer"
    stop("consumer")
    size = entries()
    servers.check(witnessed() == size, f"a server that stops has its last {size} entries witnessed")
    copy(state, older)
    servers.start("consumer")
    for _ in range(5):
        servers.get()
    stop("consumer")
    copy(state, newer)

    # The database alone: the checkpoint beside it tells, and the server does not go on.
    for path in [*LOG.glob("messagelog.sqlite*"), *(LOG / "keys").glob("recordkeys.sqlite*")]:
        path.unlink()
    for path in ["messagelog.sqlite", "keys/recordkeys.sqlite"]:
        shutil.copy2(older / "log" / path, LOG / path)
    report = check_log("--offline")
    servers.check(report["status"] == 1 and "log-rolled-back" in codes(report), "an older database is found without a witness")
    refused = ura("security-server", "--settings", servers.settings("consumer"))
    servers.check(refused.returncode != 0 and "rolled back" in refused.stderr, "and no server goes on with it")

    # Everything: nothing here knows better.
    shutil.rmtree(state)
    copy(older, state)
    report = check_log("--offline")
    servers.check(
        report["status"] == 0 and report["rollback"]["text"].startswith("not provable"),
        "of a whole older state folder the check says that it is not provable",
    )
    report = check_log()
    servers.check(report["status"] == 1 and codes(report) == ["log-rolled-back"], "with the witness it is found")
    kept = servers.STATE / "witness.checkpoint"
    kept.write_text(ura("witness", "show", "--settings", servers.STATE / "witness" / "witness.yaml", "--origin", ORIGIN).stdout)
    report = check_log("--offline", "--witness", kept)
    servers.check(codes(report) == ["log-rolled-back"], "also with a checkpoint that somebody kept in a file")
    log = servers.STATE / "log" / "consumer.log"
    before = log.stat().st_size
    servers.start("consumer")
    until("the server itself is told by its witness", lambda: "it was rolled back" in log.read_text()[before:], 20)
    for _ in range(20):
        servers.get()
    stop("consumer")
    report = check_log()
    servers.check(report["status"] == 1 and "log-forked" in codes(report), "once it is written on, it is a fork")

    shutil.rmtree(state)
    copy(newer, state)
    for folder in (older, newer):
        shutil.rmtree(folder)
    servers.start("consumer")
    servers.check(check_log()["status"] == 0, "the right state folder put back passes again")


def rotation() -> None:
    """A log changes its key: the witness is told before, and what the former key has signed stays good."""
    key_file = servers.STATE / "consumer" / "log2.key"
    made = ura(
        "key", "create-note", "--use", "log", "--name", ORIGIN, "--out", key_file, "--passphrase-file", servers.STATE / "passphrase"
    )
    former, key = public_key("consumer/log.pub"), made.stdout.strip()
    witness = servers.STATE / "witness" / "witness.yaml"
    witness.write_text(witness.read_text().replace(f'"{former}"', f'"{former}", "{key}"'))
    stop("witness")
    start_witness()
    stop("consumer")
    settings = servers.settings("consumer")
    settings.write_text(settings.read_text().replace("key: log.key", "key: log2.key"))
    servers.start("consumer")
    for _ in range(3):
        servers.get()
    until("a log with a new key is witnessed", lambda: witnessed() == entries())
    servers.check(check_log()["status"] == 0, "and passes, with what the former key signed")
    told = ura("log", "key", "--settings", settings).stdout
    servers.check(former in told and key in told and told.index(former) < told.index(key), "ura log key tells both")
    report = json.loads(ura("log", "check", "--folder", LOG, "--json").stdout)
    servers.check(codes(report) == ["log-key-unchecked"], "without a global configuration nobody tells whose the keys are")


def copy(state: pathlib.Path, to: pathlib.Path) -> None:
    """All but the socket of a server that ran, which is no file."""
    shutil.copytree(state, to, symlinks=True, ignore=lambda _, names: [name for name in names if name == "control"])


proofs()
killed_witness()
rollback()
rotation()
