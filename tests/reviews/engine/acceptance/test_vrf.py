"""The verifiable random function against the vectors of RFC 9381, appendix B.3, examples 16 to 18."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reviews.engine.acceptance.vrf import BadProof, vrf_output, vrf_prove, vrf_public_key, vrf_verify

VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d97"
        "27d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
        "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff"
        "66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465"
        "301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
        "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb"
        "5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0"
        "e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
        "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c45"
        "2118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
    ),
]


@pytest.mark.parametrize(("secret", "public", "alpha", "proof", "output"), VECTORS)
def test_the_vectors_of_the_standard_come_out(secret: str, public: str, alpha: str, proof: str, output: str) -> None:
    key, given = bytes.fromhex(secret), bytes.fromhex(alpha)
    assert vrf_public_key(key).hex() == public
    assert vrf_prove(key, given).hex() == proof
    assert vrf_verify(bytes.fromhex(public), given, bytes.fromhex(proof)).hex() == output


def test_the_public_key_is_that_of_ed25519() -> None:
    secret = bytes(range(32))
    signing = Ed25519PrivateKey.from_private_bytes(secret)
    assert vrf_public_key(secret) == signing.public_key().public_bytes_raw()


@pytest.mark.parametrize("place", [0, 31, 32, 47, 48, 79])
def test_a_changed_proof_shows_nothing(place: int) -> None:
    _, public, alpha, proof, _ = VECTORS[2]
    changed = bytearray(bytes.fromhex(proof))
    changed[place] ^= 1
    with pytest.raises(BadProof):
        vrf_verify(bytes.fromhex(public), bytes.fromhex(alpha), bytes(changed))


def test_a_proof_holds_for_its_own_input_and_key_alone() -> None:
    _, public, alpha, proof, _ = VECTORS[1]
    for key, given in ((public, "73"), (VECTORS[0][1], alpha), ("01" + "00" * 31, alpha)):
        with pytest.raises(BadProof):
            vrf_verify(bytes.fromhex(key), bytes.fromhex(given), bytes.fromhex(proof))


def test_what_is_no_proof_is_refused() -> None:
    with pytest.raises(BadProof):
        vrf_output(b"short")
