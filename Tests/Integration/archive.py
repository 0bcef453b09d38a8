"""Archives of the running exchange: written beside the running servers, checked by unzip, zipfile, openssl and gpg and by X-Road's own way
of computing the links, verified from the anchor alone, opened with the keys of the vault, and tampered with."""

import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import zipfile

import servers

ANCHOR = servers.STATE / "anchor.xml"


def ura(*arguments, expected: int | None = 0) -> subprocess.CompletedProcess:
    result = subprocess.run([servers.URA, *map(str, arguments)], capture_output=True, text=True)
    if expected is not None and result.returncode != expected:
        servers.check(False, f"ura {arguments[0]} {arguments[1]}: status {result.returncode}, {result.stderr[-500:]}")
    return result


def archived_names(archives: list[pathlib.Path]) -> set[str]:
    """Of messages, as the log lists them."""
    names = (name for path in archives for name in zipfile.ZipFile(path).namelist())
    return {name.rsplit("-", 1)[0] for name in names if name.endswith(("-request.asice", "-response.asice"))}


def archive_everything(settings: pathlib.Path, folder: pathlib.Path, side: str, seconds: int = 90) -> list[pathlib.Path]:
    """Until every message of now is in an archive: each has to have its time-stamp first."""
    wanted = {record["id"] for record in servers.log(side)}
    deadline = time.monotonic() + seconds
    while True:
        ura("log", "archive", "--settings", settings, "--now")
        archives = chain(folder)
        if wanted <= archived_names(archives) or time.monotonic() > deadline:
            servers.check(wanted <= archived_names(archives), f"{side}: {len(wanted)} messages are in {len(archives)} archives")
            return archives
        time.sleep(0.5)


def chain(folder: pathlib.Path) -> list[pathlib.Path]:
    """The folder's archives, each after the one that it names."""
    following = {}
    for path in folder.glob("mlog-*.zip"):
        following[zipfile.ZipFile(path).read("linkinginfo").decode().split("\n")[0].split(" ")[1]] = path
    found, name = [], "-"
    while name in following:
        found.append(following[name])
        name = following[name].name
    return found


def compute_links(archives: list[pathlib.Path]) -> None:
    """As X-Road's messagelog-archive-verifier does."""
    previous = ""
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            head, *lines = archive.read("linkinginfo").decode().splitlines()
            digest, _, algorithm = head.split(" ")
            assert algorithm == "SHA-512" and digest == (previous or "-"), path.name
            entries = [name for name in archive.namelist() if name.endswith(".asice")]
            assert [line.split(" ")[1] for line in lines] == entries, path.name
            for line, entry in zip(lines, entries):
                content = hashlib.sha512(archive.read(entry)).hexdigest()
                previous = hashlib.sha512((previous + content).encode()).hexdigest()
                assert line.split(" ")[0] == previous, entry
        assert path.stem.endswith(previous[:16]), path.name
    servers.check(True, f"the links of {len(archives)} archives compute as X-Road computes them")


def judge_timestamps(archive: pathlib.Path, folder: pathlib.Path) -> None:
    """What is in the clear of a sealed record stands by itself: a token over the hash chain's result."""
    with zipfile.ZipFile(archive) as outer:
        name = next(name for name in outer.namelist() if name.endswith("-request.asice"))
        (folder / "record.asice").write_bytes(outer.read(name))
    with zipfile.ZipFile(folder / "record.asice") as record:
        names = record.namelist()
        (folder / "token").write_bytes(record.read("META-INF/timestamp.tst"))
        (folder / "result").write_bytes(record.read("ts-hashchainresult.xml"))
    verified = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", "-in", folder / "token", "-data", folder / "result",
         "-CAfile", servers.STATE / "authority" / "authority.pem"], capture_output=True, text=True)
    servers.check("Verification: OK" in verified.stdout, f"openssl verifies the time-stamp of the sealed {name}")
    servers.check("message.xml" not in names and "sealed/message" in names, f"{name} holds the message sealed")


def reports(result: subprocess.CompletedProcess) -> tuple[list[dict], dict]:
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [line for line in lines if "version" in line], next(line for line in lines if "folder" in line)


def verify(folder: pathlib.Path, settings: pathlib.Path) -> None:
    messages = len(servers.log("consumer"))
    closed = ura("verify", folder, "--anchor", ANCHOR, "--records", "--json", expected=2)
    records, summary = reports(closed)
    servers.check(
        summary["records"]["indeterminate"] == messages and summary["records"]["failed"] == 0,
        f"without the vault {messages} records are indeterminate")
    servers.check(
        all(record["subIndication"] == "SIGNED_DATA_NOT_FOUND" for record in records)
        and all(record["configuration"]["trust"] == "verified from the anchor" and "proof" in record["timestamp"] for record in records),
        "signature, OCSP and time-stamp of each hold, by configurations out of the archive and the anchor alone")
    opened = ura("verify", folder, "--anchor", ANCHOR, "--settings", settings, "--json", expected=0)
    _, summary = reports(opened)
    servers.check(summary["records"]["passed"] == messages and not summary["findings"], f"with the vault {messages} records pass")


def tamper(folder: pathlib.Path, settings: pathlib.Path, work: pathlib.Path) -> None:
    archives = chain(folder)
    copy = work / "copy"

    def findings(change) -> set[str]:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        change()
        result = ura("verify", copy, "--anchor", ANCHOR, "--settings", settings, "--json", expected=1)
        codes = set()
        for line in map(json.loads, result.stdout.splitlines()):
            codes |= {finding["code"] for finding in line["findings"] if "indication" in finding}
        return codes

    def flip() -> None:
        path = copy / archives[-1].name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    def other_name() -> None:
        (copy / archives[-1].name).rename(copy / ("mlog-20200101000000-20200101000000-" + "0" * 16 + ".zip"))

    servers.check(findings(lambda: (copy / archives[-1].name).unlink() or write_dummy(copy, archives)) >= {"last_missing"}, "a removed last archive is named")
    servers.check("renamed" in findings(other_name), "a renamed archive is named")
    codes = findings(flip)
    servers.check(bool(codes & {"record_altered", "unreadable", "record_contradictory"}), f"a changed bit is named: {codes}")


def write_dummy(copy: pathlib.Path, archives: list[pathlib.Path]) -> None:
    """A folder without any archive is wrong use, not a finding."""
    if len(archives) == 1:
        shutil.copy(archives[0], copy / ("mlog-20200101000000-20200101000000-" + "0" * 16 + ".zip"))
        (copy / ("mlog-20200101000000-20200101000000-" + "0" * 16 + ".zip")).write_bytes(b"")


def export(folder: pathlib.Path, settings: pathlib.Path, work: pathlib.Path) -> None:
    for record in servers.log("consumer")[:3]:
        ura("log", "export", "--settings", settings, "--id", record["id"], "--out", work / "log.asice")
        ura("log", "export", "--settings", settings, "--archive", folder, "--id", record["id"], "--out", work / "archive.asice")
        servers.check(
            (work / "log.asice").read_bytes() == (work / "archive.asice").read_bytes(),
            f"{record['id']} comes out of the archive as it comes out of the log")
    passed = ura("verify", work / "archive.asice", "--configuration", folder, "--anchor", ANCHOR, expected=None)
    servers.check(passed.returncode == 0, "the container out of the archive passes, by the archive's configurations")


def encrypted(work: pathlib.Path) -> None:
    """The provider's archives, one chain for each member, to keys that gpg has made."""
    home, keys, folder = work / "gpg", work / "keys", work / "encrypted"
    home.mkdir(mode=0o700)
    settings = servers.STATE / "provider" / "encrypting.yaml"
    text = servers.settings("provider").read_text()
    settings.write_text(text + f"archive: {{ folder: {folder}, grouping: member, encryption: {{ keys: {keys} }} }}\n")
    settings.chmod(0o600)
    stopped = ura("log", "archive", "--settings", settings, "--now", expected=1)
    servers.check("no OpenPGP key of XK/GOV/" in stopped.stderr, "a missing key stops archiving")
    gpg = ["gpg", "--homedir", str(home), "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    for name, place in (("CRA", "XK/GOV/CRA"), ("MIA", "XK/GOV/MIA"), ("server", "")):
        (keys / place).mkdir(parents=True, exist_ok=True)
        subprocess.run([*gpg, "--quick-gen-key", f"{name} archives", "future-default", "default", "never"], check=True, capture_output=True)
        exported = subprocess.run([*gpg, "--armor", "--export", f"{name} archives"], check=True, capture_output=True).stdout
        (keys / place / f"{name}.asc").write_bytes(exported)
    try:
        deadline = time.monotonic() + 60
        wanted = len(servers.log("provider"))
        while True:
            ura("log", "archive", "--settings", settings, "--now")
            result = ura("verify", folder, "--anchor", ANCHOR, "--settings", settings, "--gpg-home", home, "--json", expected=None)
            _, summary = reports(result)
            if summary["records"]["passed"] >= wanted or time.monotonic() > deadline:
                break
            time.sleep(0.5)
        servers.check(
            result.returncode == 0 and summary["records"]["passed"] >= wanted,
            f"{summary['records']['passed']} records in {summary['archives']} encrypted archives pass, read through gpg: {summary['findings']}")
        without = ura("verify", folder, "--json", expected=2)
        _, summary = reports(without)
        servers.check(summary["records"]["total"] == 0, "without the key nothing is read")
        for path in folder.glob("*.zip.gpg"):
            clear = subprocess.run([*gpg, "--decrypt", path], check=True, capture_output=True).stdout
            (work / "clear.zip").write_bytes(clear)
            subprocess.run(["unzip", "-tq", work / "clear.zip"], check=True, capture_output=True)
        servers.check(len(list(folder.glob("mlog-XK_GOV_*-*.zip.gpg"))) >= 2, "gpg opens archives of both members, and unzip what comes out")
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
        settings.unlink()


def main() -> None:
    settings = servers.settings("consumer")
    folder = servers.STATE / "consumer" / "archive"
    for _ in range(5):
        servers.get()
    with tempfile.TemporaryDirectory(prefix="ura-", dir="/tmp") as name:
        work = pathlib.Path(name)
        archive_everything(settings, folder, "consumer")
        for _ in range(3):
            servers.get()
        archives = archive_everything(settings, folder, "consumer")
        servers.check(len(archives) >= 2, f"{len(archives)} archives follow each other")
        for path in archives:
            subprocess.run(["unzip", "-tq", path], check=True, capture_output=True)
        compute_links(archives)
        judge_timestamps(archives[-1], work)
        verify(folder, settings)
        export(folder, settings, work)
        tamper(folder, settings, work)
        encrypted(work)


main()
