"""X-Road's own containers before `ura verify`, with the trust set that belongs to them: single signatures, hash chains, and what is
wrong with the bad ones. Reads the reference vectors in place; says so where they are not there."""

import os
import pathlib
import subprocess

import servers

# Exit status: 0 passed, 1 failed, 2 indeterminate. valid-signed-message is of 2014: its signature holds, but its authority is not in
# the trust set and its message is in a dialect that no longer exists.
EXPECTED = {
    "valid-non-batch-rest": 0,
    "valid-non-batch-soap-attachments": 0,
    "valid-signed-hashchain": 0,
    "valid-batch-ts": 0,
    "valid-signed-message": 2,
    "wrong-message": 1,
    "invalid-digest": 1,
    "invalid-signed-hashchain": 1,
    "invalid-hashchain-modified-message": 1,
    "invalid-incorrect-references": 1,
    # X-Road takes this one: what it holds beside the signature is not looked at there. Here nothing may lie in a container that
    # nothing covers.
    "invalid-not-signed-hashchain": 1,
    "invalid-ts-hashchainresult": 1,
    "no-signature": 1,
    "not-asic": 1,
}


def main() -> None:
    if not os.environ.get("URA_VECTORS"):
        print("skipped: URA_VECTORS is not set")
        return
    vectors = pathlib.Path(os.environ["URA_VECTORS"])
    configuration = vectors / "globalconf" / "globalconf_good2_v3"
    for name, expected in EXPECTED.items():
        result = subprocess.run(
            [servers.URA, "verify", vectors / "asic" / f"{name}.asice", "--configuration", configuration],
            capture_output=True, text=True,
        )
        servers.check(result.returncode == expected, f"{name}: ura verify exits with {result.returncode}, expected {expected}")
        if name == "valid-signed-message":
            servers.check("/message.xml: signed" in result.stdout, f"{name}: the signature covers the message")


main()
