"""Reads a message log by contracts/message-log.md alone: `message_log.py FOLDER PASSPHRASE`. Recomputes every leaf, the tree's stored
hashes and its root, and opens what is not erased. Prints one JSON object."""

import hashlib
import hmac
import json
import sqlite3
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PARTS = 4096


def number8(value: int) -> bytes:
    return struct.pack(">q", value)


def escaped(text: str, also: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)


def codes(path: str) -> list[str]:
    return [code.replace("%2F", "/").replace("%25", "%") for code in path.split("/")]


def joined(parts: list[str]) -> str:
    return "/".join(escaped(part, "/") for part in parts)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    while len(leaves) > 1:
        pairs = [node(*leaves[i:i + 2]) for i in range(0, len(leaves) - 1, 2)]
        leaves = pairs + (leaves[-1:] if len(leaves) % 2 else [])
    return leaves[0]


class Keys:
    def __init__(self, path: str, passphrase: bytes):
        self.database = sqlite3.connect(path)
        self.database.row_factory = sqlite3.Row
        store = self.database.execute("SELECT * FROM store").fetchone()
        key = hashlib.scrypt(
            passphrase, salt=store["salt"], n=store["iterations"], r=store["block_size"], p=store["parallelism"],
            maxmem=1 << 30, dklen=32)
        self.identifier = store["identifier"]
        self.members = {}
        for row in self.database.execute("SELECT * FROM member_key"):
            name = f"member={joined(codes(row['member']))}\n".encode()
            self.members[row["number"]] = self.open(key, row["sealed"], b"ura member key 1" + number8(row["number"]) + name)

    @staticmethod
    def open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], aad)

    def record_key(self, number: int) -> bytes | None:
        row = self.database.execute("SELECT * FROM record_key WHERE number = ?", [number]).fetchone()
        return row and self.open(self.members[row["member_key"]], row["wrapped"], b"ura record key 1" + number8(number))


def open_part(key: bytes, counter: int, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(bytes(4) + number8(counter), sealed, b"ura record 1" + number8(counter))


def open_file(path: str, key: bytes) -> bytes:
    content = open(path, "rb").read()
    chunks = [content[i:i + 65552] for i in range(0, len(content), 65552)]
    return b"".join(
        AESGCM(key).decrypt(
            bytes(4) + number8(i), chunk, b"ura content 1" + number8(i) + bytes([i == len(chunks) - 1]))
        for i, chunk in enumerate(chunks))


def message_leaf(row: sqlite3.Row, parts: list[sqlite3.Row]) -> str:
    digests = {part["place"] % PARTS: part["digest"].hex() for part in parts}
    provider = codes(row["provider"])
    service = provider[:3] + [provider[3] if len(provider) == 4 else "", row["service_code"]]
    service += [row["service_version"]] if row["service_version"] is not None else []
    lines = [
        ("number", row["number"]), ("time", row["time"]), ("side", row["side"]), ("direction", row["direction"]),
        ("kind", row["kind"]), ("request-id", escaped(row["request_identifier"])),
        ("message-id", escaped(row["message_identifier"])), ("client", joined(codes(row["client"]))),
        ("service", joined(service)), ("owner", joined(codes(row["owner"]))), ("bytes", row["byte_count"]),
        ("body-logging", row["body_logging"]), ("signature-on-erasure", row["signature_on_erasure"]),
        ("configuration", row["configuration_hash"].hex()), ("decision", escaped(row["decision"])),
        ("content", digests[0]), *(("attachment", digests[i]) for i in sorted(digests) if i > 1),
        ("commitment", row["commitment"].hex()), ("signature", row["signature_digest"].hex()),
        ("evidence", digests.get(1, "")),
    ]
    return "ura-log-leaf 1 message\n" + "".join(f"{name}={value}\n" for name, value in lines)


def opened(folder: str, row: sqlite3.Row, parts: list[sqlite3.Row], key: bytes) -> dict:
    plain = {}
    for part in parts:
        counter = part["place"] % PARTS
        if counter == 1 and row["signature_on_erasure"] == "keep":
            plain[counter] = part["bytes"]
            continue
        plain[counter] = open_part(key, counter, part["bytes"])
        if part["file"] is not None:
            plain[counter] = open_file(f"{folder}/content/{part['file']}", plain[counter])
    bodies = [plain[i] for i in sorted(plain) if i > 1]
    digests = bodies if row["body_logging"] == "digest-only" else [hashlib.sha512(body).digest() for body in bodies]
    content = hashlib.sha256(number8(len(plain[0])) + plain[0] + b"".join(digests)).digest()
    own = hmac.digest(key, b"ura commitment 1", "sha256")
    assert hmac.digest(own, content, "sha256") == row["commitment"], f"commitment of {row['number']}"
    return {"message": plain[0].hex(), "bodies": [hashlib.sha256(body).hexdigest() for body in bodies]}


def main(folder: str, passphrase: str) -> None:
    log = sqlite3.connect(f"{folder}/messagelog.sqlite")
    log.row_factory = sqlite3.Row
    keys = Keys(f"{folder}/keys/recordkeys.sqlite", passphrase.encode())
    assert log.execute("SELECT key_store FROM log").fetchone()[0] == keys.identifier
    leaves, records = {}, {}
    for row in log.execute("SELECT * FROM record ORDER BY number"):
        number = row["number"]
        leaves[number] = row["leaf_hash"]
        parts = log.execute(
            "SELECT * FROM part WHERE place BETWEEN ? AND ? ORDER BY place",
            [number * PARTS, number * PARTS + PARTS - 1]).fetchall()
        if row["signature_digest"] is not None:
            leaf = message_leaf(row, parts).encode()
            assert hashlib.sha256(b"\0" + leaf).digest() == row["leaf_hash"], f"leaf of {number}"
        for part in parts:
            content = part["bytes"]
            if part["file"] is not None and row["erased_by"] is None:
                content = open(f"{folder}/content/{part['file']}", "rb").read()
            if content is not None:
                assert hashlib.sha256(content).digest() == part["digest"], f"part of {number}"
        if row["signature"] is not None:
            document = log.execute("SELECT document FROM signature WHERE number = ?", [row["signature"]]).fetchone()[0]
            assert hashlib.sha512(document).digest() == row["signature_digest"], f"signature of {number}"
        key = keys.record_key(row["key"])
        assert (key is None) == (row["erased_by"] is not None), f"key of {number}"
        records[number] = None if key is None else opened(folder, row, parts, key)
    for row in log.execute("SELECT * FROM event ORDER BY number"):
        leaf = f"ura-log-leaf 1 event\nnumber={row['number']}\ntime={row['time']}\nstatement={escaped(row['statement'])}\n"
        assert hashlib.sha256(b"\0" + leaf.encode()).digest() == row["leaf_hash"], f"leaf of {row['number']}"
        assert json.loads(row["statement"])["event"] == row["kind"]
        leaves[row["number"]] = row["leaf_hash"]
    assert sorted(leaves) == list(range(1, len(leaves) + 1)), "numbers have gaps"
    hashes = [leaves[number] for number in sorted(leaves)]
    tiles = {(row["level"], row["position"]): row["hash"] for row in log.execute("SELECT * FROM tree_tile")}
    for level in (8, 16):
        for position in range(len(hashes) >> level):
            first = position << level
            assert tiles.pop((level, position)) == root(hashes[first:first + (1 << level)]), "a stored hash of the tree"
    assert not tiles, "hashes of subtrees that are not complete"
    print(json.dumps({"size": len(hashes), "root": root(hashes).hex(), "records": records}))


try:
    main(*sys.argv[1:])
except InvalidTag:
    sys.exit("does not open")
