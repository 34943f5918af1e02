"""ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381: a seed that its owner cannot choose and that anybody can check.

Standard library only. The points are in extended coordinates (RFC 8032, section 5.1.4). The arithmetic does not hide
its timing: a proof is made once an artefact, by a worker that nobody outside can time.
"""

from __future__ import annotations

import hashlib

SUITE = b"\x03"
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
PROOF_BYTES = 80

Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


class BadProof(ValueError):
    """A proof that shows nothing for this key and this input."""


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % PRIME, (d - c) % PRIME, (d + c) % PRIME, (b + a) % PRIME
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(scalar: int, point: Point) -> Point:
    product = ZERO
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point, scalar = _add(point, point), scalar >> 1
    return product


def _minus(point: Point) -> Point:
    return -point[0] % PRIME, point[1], point[2], -point[3] % PRIME


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], -1, PRIME)
    x, y = point[0] * inverse % PRIME, point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decoded(text: bytes) -> Point | None:
    """The point of 32 bytes; None where there is none (RFC 8032, section 5.1.3)."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


_base = _decoded((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
assert _base is not None  # noqa: S101  (narrows the type: RFC 8032 gives the point)
BASE: Point = _base


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha512(b"".join(parts)).digest()


def _on_curve(public_key: bytes, alpha: bytes) -> Point:
    """encode_to_curve by try and increment (RFC 9381, section 5.4.1.1)."""
    for counter in range(256):
        found = _decoded(_hash(SUITE, b"\x01", public_key, alpha, bytes([counter]), b"\0")[:32])
        if found is not None and (point := _times(8, found))[0] != 0:
            return point
    raise BadProof("No point of the curve was found for this input.")


def _challenge(public_key: bytes, *points: Point) -> bytes:
    return _hash(SUITE, b"\x02", public_key, *(_encoded(point) for point in points), b"\0")[:16]


def _expanded(secret_key: bytes) -> tuple[int, bytes]:
    """The secret scalar and the prefix of nonces (RFC 8032, section 5.1.5)."""
    digest = hashlib.sha512(secret_key).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def vrf_public_key(secret_key: bytes) -> bytes:
    """The 32 bytes that anybody needs to check proofs of this key of 32 bytes."""
    return _encoded(_times(_expanded(secret_key)[0], BASE))


def vrf_prove(secret_key: bytes, alpha: bytes) -> bytes:
    """The proof, 80 bytes, for an input: the same key and input always give the same one."""
    scalar, prefix = _expanded(secret_key)
    public_key = _encoded(_times(scalar, BASE))
    point = _on_curve(public_key, alpha)
    gamma = _times(scalar, point)
    nonce = int.from_bytes(_hash(prefix, _encoded(point)), "little") % ORDER
    challenge = _challenge(public_key, point, gamma, _times(nonce, BASE), _times(nonce, point))
    answer = (nonce + int.from_bytes(challenge, "little") * scalar) % ORDER
    return _encoded(gamma) + challenge + answer.to_bytes(32, "little")


def vrf_output(proof: bytes) -> bytes:
    """The 64 bytes that a proof gives, whether it holds or not. Raises BadProof for what is no proof."""
    gamma = _decoded(proof[:32]) if len(proof) == PROOF_BYTES else None
    if gamma is None:
        raise BadProof("This is not a proof of 80 bytes.")
    return _hash(SUITE, b"\x03", _encoded(_times(8, gamma)), b"\0")


def vrf_verify(public_key: bytes, alpha: bytes, proof: bytes) -> bytes:
    """The 64 bytes that this key gives for this input. Raises BadProof when the proof does not show it.

    Source: RFC 9381, sections 5.3 and 5.4.5 (the key is validated).

    >>> key = vrf_public_key(bytes(32))
    >>> vrf_verify(key, b"an input", vrf_prove(bytes(32), b"an input")).hex()[:16]
    '61bcf3bf293f1ca7'
    """
    output, key, gamma = vrf_output(proof), _decoded(public_key), _decoded(proof[:32])
    challenge, answer = proof[32:48], int.from_bytes(proof[48:], "little")
    if key is None or gamma is None or answer >= ORDER or _times(8, key)[0] == 0:
        raise BadProof("This is not a proof, or not a public key that can be trusted.")
    point, times = _on_curve(public_key, alpha), int.from_bytes(challenge, "little")
    u = _add(_times(answer, BASE), _minus(_times(times, key)))
    v = _add(_times(answer, point), _minus(_times(times, gamma)))
    if _challenge(public_key, point, gamma, u, v) != challenge:
        raise BadProof("The proof does not hold for this key and this input.")
    return output
