"""Verifies one signed PDF again and again with pyHanko (AdES, EN 319 102-1), as `pyhanko sign adesverify --no-revocation-check`
does it once.

    validate.py signed.pdf root.pem ROUNDS

prints one line of JSON: the CPU milliseconds of one verification, without the start of Python and without the first one.
"""

import asyncio
import io
import json
import pathlib
import sys
import time
from datetime import timedelta

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager


def verify(data, policy):
    for signature in PdfFileReader(io.BytesIO(data)).embedded_regular_signatures:
        result = asyncio.run(ades_lta_validation(signature, policy, timing_info=ValidationTimingInfo.now()))
        assert result.api_status.bottom_line, "not valid"


def main(path, root, rounds):
    data = pathlib.Path(path).read_bytes()
    certificates = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(list(load_certs_from_pemder([root]))),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        time_tolerance=timedelta(seconds=1),
    )
    policy = PdfSignatureValidationSpec(
        signature_validation_spec=SignatureValidationSpec(cert_validation_policy=certificates),
        diff_policy=DEFAULT_DIFF_POLICY,
    )
    verify(data, policy)
    before = time.process_time()
    for _ in range(rounds):
        verify(data, policy)
    print(json.dumps({"cpu_milliseconds": (time.process_time() - before) * 1000 / rounds}))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
