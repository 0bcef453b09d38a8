"""Evidence of the running exchange before referees we did not write: containers before unzip, signatures before xmlsec1, OCSP
responses before openssl ocsp, the authority's live responder before openssl ocsp."""

import base64
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

import servers

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
AUTHORITY = servers.STATE / "authority" / "authority.pem"


def run(*command) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def judge(container: pathlib.Path, folder: pathlib.Path) -> None:
    servers.check(run("unzip", "-t", container).returncode == 0, f"{container.name}: unzip -t")
    with zipfile.ZipFile(container) as archive:
        archive.extractall(folder)
    signature = folder / "META-INF" / "signatures.xml"
    tree = ElementTree.parse(signature)
    certificate = "".join(tree.find(f".//{DS}X509Certificate").text.split())
    signer = folder / "signer.pem"
    signer.write_text("-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n")
    maps = []
    for reference in tree.iter(DS + "Reference"):
        uri = reference.get("URI")
        if uri.startswith("/"):
            inside = {"/sig-hashchainresult.xml": "META-INF/hashchainresult.xml"}.get(uri, uri[1:])
            path = next(p for p in (folder / inside, folder / uri[1:], folder / "META-INF" / uri[1:]) if p.exists())
            maps += [f"--url-map:{uri}", path]
    result = run("xmlsec1", "--verify", "--trusted-pem", AUTHORITY, "--id-attr:Id", XADES[1:-1] + ":SignedProperties", *maps, signature)
    servers.check(result.returncode == 0, f"{container.name}: xmlsec1 --verify" + result.stderr[-400:] * (result.returncode != 0))
    response = folder / "ocsp.der"
    response.write_bytes(base64.b64decode("".join(tree.find(f".//{XADES}EncapsulatedOCSPValue").text.split())))
    result = run("openssl", "ocsp", "-respin", response, "-CAfile", AUTHORITY, "-issuer", AUTHORITY, "-cert", signer)
    servers.check(": good" in result.stdout and "verify OK" in result.stderr, f"{container.name}: openssl ocsp")


def main() -> None:
    for side in ("consumer", "provider"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            servers.export_all(side, folder / "containers")
            containers = sorted((folder / "containers").iterdir())
            servers.check(len(containers) > 3, f"the {side} has evidence ({len(containers)} containers)")
            for index, container in enumerate(containers[-8:]):
                (folder / str(index)).mkdir()
                judge(container, folder / str(index))
    result = run("openssl", "ocsp", "-url", "http://127.0.0.1:8888/ocsp", "-CAfile", AUTHORITY, "-issuer", AUTHORITY,
                 "-cert", servers.STATE / "consumer" / "GAM.pem")
    servers.check(": good" in result.stdout, "openssl ocsp asks the live responder")


main()
