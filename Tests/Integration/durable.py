"""Under strace: on both sides a completed sync of the log comes before the first byte of the signature leaves. The message
goes out encrypted, so the write on the connection to the peer (or back) that follows the log's last sync is looked at: between
accepting a call and the first large write to port 5500 there is a completed fdatasync or fsync of the log."""

import re
import subprocess
import tempfile
import time

import servers


def trace(side: str):
    output = tempfile.NamedTemporaryFile(prefix="ura-strace-", delete=False)
    running = subprocess.Popen(
        ["strace", "-f", "-tt", "-yy", "-s", "0", "-e", "trace=fdatasync,fsync,sendto,write,writev,sendmsg", "-o", output.name,
         "-p", str(servers.process(side))],
        stderr=subprocess.PIPE,
    )
    running.stderr.readline()
    return running, output.name


def events(path: str) -> list[str]:
    """In order: "sync" when a sync of a file below the state folder completed, "peer" for a message-sized write to or from 5500."""
    found = []
    pending: dict[str, str] = {}
    for line in open(path, errors="replace"):
        thread = line.split(" ", 1)[0]
        if "<unfinished" in line and "sync(" in line:
            pending[thread] = line
        elif "sync resumed>" in line and "= 0" in line:
            if str(servers.STATE) in pending.pop(thread, ""):
                found.append("sync")
        elif re.search(r"\bf(data)?sync\(", line) and "= 0" in line and str(servers.STATE) in line:
            found.append("sync")
        elif ":5500" in line and re.search(r"\b(write|writev|sendto|sendmsg)\(", line):
            size = re.search(r"= (\d+)", line)
            # Handshake, acknowledgement and session ticket records are smaller than any message with a signature.
            if size and int(size.group(1)) > 2500:
                found.append("peer")
    return found


def main() -> None:
    for _ in range(3):
        servers.get()
    for side in ("consumer", "provider"):
        tracer, path = trace(side)
        time.sleep(0.3)
        for _ in range(10):
            status, _, _ = servers.get()
            servers.check(status == 200, f"a call under strace of the {side} is answered")
            time.sleep(0.05)
        tracer.terminate()
        tracer.wait()
        seen = events(path)
        writes = [index for index, event in enumerate(seen) if event == "peer"]
        servers.check(len(writes) >= 10, f"the {side} wrote {len(writes)} messages to its peer")
        synced = all("sync" in seen[(writes[i - 1] + 1 if i else 0):index] for i, index in enumerate(writes))
        servers.check(synced, f"on the {side}, a completed sync of the log precedes every message with a signature")


main()
