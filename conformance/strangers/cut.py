"""Cuts a signed PDF into the pieces that OpenSSL judges, with a reader of strangers (asn1crypto, pyHanko).

    cut.py signed.pdf DIR

writes DIR/signature.p7s, DIR/content.bin (the bytes of the ByteRange), DIR/timestamp.tst, DIR/value.bin (the signature value,
which the time-stamp is over), DIR/leaf.pem, DIR/issuer.pem, DIR/tsu.pem, DIR/tsu-issuer.pem, DIR/others.pem (every other
certificate in the file), DIR/crls.pem, DIR/unstamped.pdf (the same file without time-stamp and evidence), and prints one line of
JSON: signing time, time-stamp time, the leaf's notBefore and notAfter (seconds since 1970).
"""

import json
import pathlib
import re
import sys

from asn1crypto import cms, crl, pem, tsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"


def pem_of(certificates):
    return b"".join(pem.armor("CERTIFICATE", certificate.dump()) for certificate in certificates)


def signer_of(signed_data):
    wanted = signed_data["signer_infos"][0]["sid"].chosen
    for choice in signed_data["certificates"]:
        certificate = choice.chosen
        if certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]:
            return certificate
    sys.exit("the signer's certificate is not in the signature")


def unstamped(data, raw, first_length, second):
    """The file as it would be without its time-stamp: a signature of level B. The hole keeps its size."""
    content_info = cms.ContentInfo.load(raw)
    signer_info = content_info["content"]["signer_infos"][0]
    kept = cms.SignerInfo({name: signer_info[name] for name in (
        "version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")})
    content_info["content"]["signer_infos"] = cms.SignerInfos([kept])
    smaller = content_info.dump(force=True)
    hole = (smaller + bytes(len(raw) - len(smaller))).hex().encode()
    return data[:first_length + 1] + hole + data[second - 1:]


def main(path, folder):
    data = pathlib.Path(path).read_bytes()
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)

    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data)
    assert len(ranges) == 1, f"{len(ranges)} signatures"
    first, first_length, second, second_length = map(int, ranges[0])
    assert first == 0 and data[first_length:first_length + 1] == b"<" and data[second - 1:second] == b">", (
        "the ByteRange does not frame the hex string")
    raw = bytes.fromhex(data[first_length + 1:second - 1].decode())
    content_info = cms.ContentInfo.load(raw)
    der = content_info.dump()
    assert set(raw[len(der):]) <= {0}, "bytes after the DER that are not padding"
    (out / "signature.p7s").write_bytes(der)
    (out / "content.bin").write_bytes(data[:first_length] + data[second:second + second_length])

    (out / "unstamped.pdf").write_bytes(unstamped(data, raw, first_length, second))

    signed_data = content_info["content"]
    signer_info = signed_data["signer_infos"][0]
    (out / "value.bin").write_bytes(signer_info["signature"].native)
    leaf = signer_of(signed_data)

    tokens = [a["values"][0] for a in signer_info["unsigned_attrs"] if a["type"].dotted == TIME_STAMP_TOKEN]
    assert len(tokens) == 1, f"{len(tokens)} signature time-stamps"
    (out / "timestamp.tst").write_bytes(tokens[0].dump())
    token = cms.ContentInfo.load(tokens[0].dump())["content"]
    stamped = tsp.TSTInfo.load(token["encap_content_info"]["content"].parsed.dump())["gen_time"].native
    tsu = signer_of(token)

    others = {c.chosen.dump(): c.chosen for c in [*signed_data["certificates"], *token["certificates"]]}
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        # EN 319 142-1 6.3: the claimed signing time is /M of the signature dictionary, not an attribute.
        signing_time = reader.embedded_signatures[0].self_reported_timestamp
        store = DocumentSecurityStore.read_dss(reader)
        for reference in store.certs.values():
            certificate = x509.Certificate.load(reference.get_object().data)
            others[certificate.dump()] = certificate
        crls = [crl.CertificateList.load(reference.get_object().data) for reference in store.crls]
    for known in (leaf, tsu):
        others.pop(known.dump(), None)
    (out / "leaf.pem").write_bytes(pem_of([leaf]))
    (out / "tsu.pem").write_bytes(pem_of([tsu]))
    (out / "others.pem").write_bytes(pem_of(others.values()))
    for name, subject in (("issuer.pem", leaf), ("tsu-issuer.pem", tsu)):
        (out / name).write_bytes(pem_of(c for c in others.values() if c.subject == subject.issuer))
    (out / "crls.pem").write_bytes(b"".join(pem.armor("X509 CRL", entry.dump()) for entry in crls))

    validity = leaf["tbs_certificate"]["validity"]
    print(json.dumps({
        "signing_time": int(signing_time.timestamp()),
        "stamped": int(stamped.timestamp()),
        "not_before": int(validity["not_before"].native.timestamp()),
        "not_after": int(validity["not_after"].native.timestamp()),
    }))


main(sys.argv[1], sys.argv[2])
