"""The wrapping of a batch: bounded inflating, and the signature that says whose it is. Pure."""

import base64
import binascii
import zlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.kernel.errors import Malformed, TooLarge

BATCH_BYTES = 2_000_000  # uncompressed; also the most that is read from the network
BATCH_RECORDS = 500
SIGNATURE_BYTES = 64  # r‖s of P-256, WebCrypto's form
_GZIP = 31  # zlib's window bits for a gzip header


def too_large() -> TooLarge:
    """The refusal of a batch beyond the limits; a device halves it and tries again."""
    return TooLarge(
        "batch_too_large",
        f"A batch has at most {BATCH_BYTES} bytes; send fewer records at once.",
        limit_bytes=BATCH_BYTES,
        limit_records=BATCH_RECORDS,
    )


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body's plain bytes. `encoding` is the Content-Encoding: empty, identity or gzip.

    Never inflates more than the limit, whatever the body promises. Raises TooLarge, Malformed.
    """
    if encoding in {"", "identity"}:
        plain = body
    elif encoding == "gzip":
        plain = _inflated(body)
    else:
        raise Malformed("unknown_encoding", "Send the batch plain or with Content-Encoding: gzip.")
    if len(plain) > BATCH_BYTES:
        raise too_large()
    return plain


def _inflated(body: bytes) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(body, BATCH_BYTES + 1)
    except zlib.error as error:
        raise Malformed("malformed_gzip", "This is not gzip.") from error
    if len(plain) > BATCH_BYTES:
        raise too_large()
    if not inflater.eof or inflater.unused_data:
        raise Malformed("malformed_gzip", "The gzip data is cut off, or something follows it.")
    return plain


def is_signed(public_key: bytes, signature: str, data: bytes) -> bool:
    """Whether `signature` (base64 of r‖s) over `data` was made with the key whose SPKI is `public_key`."""
    key = _loaded(public_key)
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if key is None or len(raw) != SIGNATURE_BYTES:
        return False
    half = SIGNATURE_BYTES // 2
    der = encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
    try:
        key.verify(der, data, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=2048)
def _loaded(public_key: bytes) -> ec.EllipticCurvePublicKey | None:
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None
