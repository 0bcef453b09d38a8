"""kill -9 of either security server at random moments during 500 calls: whatever the client saw answered is in both logs,
request and response, and every record verifies."""

import os
import pathlib
import random
import tempfile
import threading
import time

import servers

CALLS = int(os.environ.get("URA_CRASH_CALLS", "500"))


def main() -> None:
    seed = int(os.environ.get("URA_CRASH_SEED", random.randrange(1 << 30)))
    print(f"crash: {CALLS} calls, seed {seed}")
    chance = random.Random(seed)
    answered: set[str] = set()
    refused = 0
    lock = threading.Lock()
    deadline = time.monotonic() + 300

    def caller() -> None:
        """Calls until enough calls were answered; while a server is down, again after a moment."""
        nonlocal refused
        while time.monotonic() < deadline:
            with lock:
                if len(answered) >= CALLS:
                    return
            try:
                status, headers, _ = servers.get()
            except OSError:
                status, headers = 0, {}
            with lock:
                if status == 200:
                    answered.add(headers["x-road-request-id"])
                else:
                    refused += 1
            if status != 200:
                time.sleep(0.05)

    threads = [threading.Thread(target=caller) for _ in range(8)]
    for thread in threads:
        thread.start()
    kills = 0
    while any(thread.is_alive() for thread in threads):
        threads[0].join(chance.uniform(0.1, 1.0))
        side = chance.choice(["consumer", "provider"])
        servers.kill(side)
        kills += 1
        servers.start(side)
    for thread in threads:
        thread.join()
    print(f"crash: {len(answered)} answered, {refused} refused, {kills} kills")
    servers.check(len(answered) >= CALLS and kills > 3, "enough calls were answered while servers were killed")

    for side in ("consumer", "provider"):
        records = servers.log(side)
        for direction in ("request", "response"):
            kept = {r["requestIdentifier"] for r in records if r["direction"] == direction}
            servers.check(answered <= kept, f"every answered call's {direction} is in the {side}'s log ({len(kept)} records)")
        with tempfile.TemporaryDirectory() as folder:
            servers.export_all(side, pathlib.Path(folder))
            containers = sorted(pathlib.Path(folder).iterdir())
            servers.check(len(containers) == len(records), f"every record of the {side} is exported")
            result = servers.verify(containers, side)
            servers.check(result.returncode == 0, f"every record of the {side} verifies" + result.stdout[-500:] * (result.returncode != 0))


main()
