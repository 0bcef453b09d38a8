"""`ura test-authority revoke`, last of all: the running responder says so at once, and a security server whose member's certificate
is revoked can no longer speak for that member."""

import json
import subprocess

import servers


def main() -> None:
    authority = servers.STATE / "authority"
    certificate = servers.STATE / "consumer" / "GAM.pem"
    subprocess.run([servers.URA, "test-authority", "revoke", "--folder", authority, "--certificate", certificate], check=True)
    ca = authority / "authority.pem"
    answer = subprocess.run(
        ["openssl", "ocsp", "-url", "http://127.0.0.1:8888/ocsp", "-CAfile", ca, "-issuer", ca, "-cert", certificate],
        capture_output=True, text=True,
    )
    servers.check(": revoked" in answer.stdout, "openssl ocsp is told that the certificate is revoked")
    servers.kill("consumer")
    servers.start("consumer")
    status, headers, body = servers.get()
    fault = json.loads(body)
    servers.check(status == 500 and headers["X-Road-Error"] == "server.clientproxy.cert_validation", f"the call is refused: {fault['type']}")
    servers.check("GAM" in fault["message"], f"the fault names the certificate: {fault['message']}")


main()
