"""Checks a release of Synthportal: every file, who signed it, and its claim, computed again. Needs `cryptography`.

    python verify.py [FOLDER or release-N.zip] [--public-key 64-HEX-DIGITS]

It ends with 0 and the claim, or with 1 and what is wrong. Take the public key from somebody you trust: without it the
check shows that nothing was changed since the signature, not whose it is. Nothing is read from a network.
"""

import base64
import hashlib
import json
import sys
import zipfile
import zlib
from math import exp, inf, lgamma, log
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ATTESTATION = "attestation.dsse.json"
TRAIN, TEST = "data/train.parquet", "data/test.parquet"
# What reading a damaged archive ends with; RuntimeError of a way to pack or to lock that a flipped bit seems to name.
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def members(path):
    """{name: how to read it in pieces} of a folder or a zip."""
    if path.is_dir():
        found = (one for one in sorted(path.rglob("*")) if one.is_file() and "__pycache__" not in one.parts)
        return {one.relative_to(path).as_posix(): one.open for one in found}
    archive = zipfile.ZipFile(path)
    return {one.filename: lambda mode, name=one.filename: archive.open(name) for one in archive.infolist()}


def content(opened):
    with opened("rb") as file:
        return file.read()


def digest(opened, most=1 << 62):
    """SHA-256 of the first bytes of a member, all of them if not said; None where it cannot be read to its end."""
    whole = hashlib.sha256()
    try:
        with opened("rb") as file:
            while most and (piece := file.read(min(1 << 20, most))):
                whole.update(piece)
                most -= len(piece)
    except DAMAGED:
        return None
    return whole.hexdigest()


def statement(text, trusted):
    """The signed statement. ValueError with the reason where the envelope was changed or another key signed it."""
    envelope = json.loads(text)
    if canonical(envelope) != text or envelope["payloadType"] != "application/vnd.in-toto+json":
        raise ValueError("its form was changed")
    payload, (signature,) = base64.b64decode(envelope["payload"], validate=True), envelope["signatures"]
    value = base64.b64decode(signature["sig"], validate=True)
    if [base64.b64encode(part).decode() for part in (payload, value)] != [envelope["payload"], signature["sig"]]:
        raise ValueError("its form was changed")
    said = json.loads(payload)
    key = bytes.fromhex(trusted or said["predicate"]["signer"]["public_key"])
    if signature["keyid"] != hashlib.sha256(key).hexdigest()[:16]:
        raise ValueError("it was signed with another key")
    kind = envelope["payloadType"].encode()
    try:
        signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
        Ed25519PublicKey.from_public_bytes(key).verify(value, signed)
    except InvalidSignature:
        raise ValueError("its signature does not match") from None
    return said


def choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) if 0 <= k <= n else -inf


def binomial(x, n, p):
    if p in (0, 1):
        return float(x == n * p)
    return exp(choose(n, x) + x * log(p) + (n - x) * log(1 - p)) if 0 <= x <= n else 0.0


def drawn(x, lot, bad, n, rate):
    """P(x of n drawn are bad): hypergeometric, or binomial for an infinite lot."""
    if lot is None:
        return binomial(x, n, rate)
    return exp(choose(bad, x) + choose(lot - bad, n - x) - choose(lot, n)) if x <= bad else 0.0


def largest(low, high, holds):
    """The largest number of low..high for which something holds that holds up to some point."""
    while high - low > (1 if isinstance(low, int) else 1e-13):
        middle = (low + high) // 2 if isinstance(low, int) else (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def lower(found, judged, risk):
    """Clopper and Pearson's lower bound of what reviewers see: 1 where no leak was planted."""
    if judged == 0:
        return 1.0
    return largest(0.0, 1.0, lambda p: sum(binomial(x, judged, p) for x in range(found, judged + 1)) < risk)


def seen(most, lot, bad, n, rate, share):
    """P(at most this many leaks are seen) when each that was drawn is seen with this chance."""
    if share == 1 or lot is None:
        return sum(drawn(x, lot, bad, n, rate * share) for x in range(min(most, n) + 1))
    cdf = lambda x: sum(binomial(k, x, share) for k in range(min(most, x) + 1))  # noqa: E731
    return sum(drawn(x, lot, bad, n, rate) * cdf(x) for x in range(min(bad, n) + 1))


def upper(plan, n, leaks, share):
    """The largest leak rate that so few leaks leave plausible."""
    lot, risk = plan["lot"], float(plan["look_risk"])
    if lot is None:
        return largest(0.0, 1.0, lambda p: seen(leaks, None, 0, n, p, 1) > risk) / share
    return largest(leaks, lot + 1, lambda bad: seen(leaks, lot, bad, n, 0, share) > risk) / lot


def plan_faults(record, bound):
    """One look: its risk and the bound are computed again. Several looks are followed, and show the limit itself."""
    plan, lane, found = record["plan"], record["random_lane"], record["gate"]["sample"]["progress"]
    ltpd, risk = float(plan["ltpd"]), float(plan["risk"])
    half = (1 - float(plan["confidence"])) / 2
    leaks = [place for place in lane["leaks"] if place < lane["completed"]]
    for look in plan["looks"]:
        here = sum(place < look["n"] for place in leaks)
        if here >= look["reject"] or lane["completed"] < look["n"]:
            return ["the sample was not accepted by its plan"]
        if here <= look["accept"]:
            break
    else:
        return ["the sample was not accepted by its plan"]
    sure = lower(plan["planted"] - plan["missable"], plan["planted"], half)
    bad = -int(-(ltpd * (plan["lot"] or 0)) // 1)
    faults = []
    if plan["kind"] == "fixed" and seen(look["accept"], plan["lot"], bad, look["n"], ltpd, sure) > risk * (1 + 1e-6):
        faults.append("the sample is too small for its claim")
    controls = found["leak_controls"] if plan["planted"] else {"found": 0, "judged": 0}
    if controls["judged"] - controls["found"] > plan["missable"] or controls["judged"] < plan["planted"]:
        faults.append("reviewers missed more planted leaks than the plan allows")
    share = lower(controls["found"], controls["judged"], half)
    again = upper(plan, look["n"], here, share) if plan["kind"] == "fixed" else ltpd
    return faults if abs(again - float(bound)) < 1e-9 else [*faults, f"the bound is {again:.6f} and not {bound}"]


def gate_faults(gate):
    """The conditions of a release that are not met."""
    evidence, sample = gate["evidence"], gate["sample"]
    found, metrics, again = sample["progress"], evidence["metrics"], gate.get("recomputed")
    waived = {one["condition"] for one in gate["waivers"] if one["evidence"] == evidence["digest"]}
    waived &= {"utility", "fidelity", "diversity"}
    shut = {one["group"] for one in metrics if one["status"] in ("block", "undecided")}
    shut |= {one["group"] for one in metrics if one["name"] in gate["needed"] and one["status"] == "not computed"}
    shut |= {"privacy"} if set(gate["needed"]) - {one["name"] for one in metrics} else set()
    met = {
        "purpose": gate["purpose"] and gate["prohibited_uses"].strip(),
        "minimisation": gate["plan"]["is_confirmed"] and gate["plan"]["direct_left"] == 0,
        "made from": all(one["standing"] == "released" for one in gate.get("made_from", [])),
        "same bytes": gate["is_kept"] and evidence["artefact_sha256"] == sample["artefact_sha256"],
        "untouched": gate.get("touched", []) == [],
        "recomputed": again is None or (again["standing"] == "agrees" and not again["unsigned"]),
        "trail": not gate.get("alarm"),
        "limits": evidence["limits"] == gate["limits_now"],
        "floor": not gate.get("below_floor"),
        "evidence": not shut - waived,
        "review": found["decision"]["outcome"] == "accept" and not found["open_flags"],
        "everything judged": sum(found[lane] for lane in ("required", "hunt")) - found["unneeded"]
        + sum(found[kind]["total"] - found[kind]["judged"] for kind in ("leak_controls", "nonsense"))
        <= found["judged"] + found["hunt_judged"],
        "annotators": found["annotators"] >= sample["min_annotators"],
        "leaks": found["leaks"] + found["leaks_in_hunt"] == 0,
        "realism": float(found["realism_bound"]) < float(found["realism_limit"]),
        "attempts": not gate["is_released"] and sample["status"] in ("open", "accepted"),
    }  # fmt: skip
    return [f"the gate was shut: {name}" for name, is_met in met.items() if not is_met]


def verdict_faults(record, said):
    """What does not follow from the review record, computed again."""
    gate, policy = record["gate"], record["policy"]
    dossier = {
        "format": "synthportal-dossier/2", "artefact": record["artefact"], "evaluation": gate["evidence"]["digest"],
        "verdicts": record["verdicts"], "policy": [policy["name"], policy["version"]], "plan": record["plan"],
        "limits": gate["evidence"]["limits"],
    }  # fmt: skip
    same = hashlib.sha256(canonical(dossier)).hexdigest() == said["dossier"] == said["certificate"]["dossier"]
    faults = [] if same else ["the dossier is not the one that was signed"]
    named = {record["artefact"], gate["artefact_sha256"], said["certificate"]["artefact"]["sha256"]}
    faults += [] if len(named) == 1 else ["the review was of other bytes"]
    return faults + plan_faults(record, said["bound"]) + gate_faults(gate)


def check(path, trusted=""):
    """(claim, faults): the sentence that was signed, and a line for each thing that is wrong, with the file's name."""
    try:
        found = members(path)
    except (*DAMAGED, ValueError):
        return "", [f"{path.name} is no folder and no archive that can be read"]
    if ATTESTATION not in found:
        return "", [f"{ATTESTATION} is missing"]
    try:
        signed = statement(content(found.pop(ATTESTATION)), trusted)
        said = signed["predicate"]
    except (ValueError, KeyError, TypeError, AttributeError, *DAMAGED) as error:
        return "", [f"{ATTESTATION}: {error if isinstance(error, ValueError) else 'it cannot be read'}"]
    digests = {one["name"]: one["digest"]["sha256"] for one in signed["subject"]}
    bundled = {one["path"] for one in said["files"] if one["is_bundled"]}
    kept = {name: digest(opened) for name, opened in found.items()}
    faults = [f"{name} is missing" for name in sorted(bundled - kept.keys())]
    faults += [f"{name} was not signed" for name in kept if name not in digests]
    faults += [f"{name} was changed" for name, sha in kept.items() if name in digests and sha != digests[name]]
    try:
        artefact = said["certificate"]["artefact"]
        # Behind the bytes that were reviewed stands a second footer, with a label; a split has other bytes.
        if TEST not in found and digest(found[TRAIN], artefact["bytes"]) != artefact["sha256"]:
            faults.append(f"{TRAIN} does not begin with the bytes that were reviewed")
        faults += verdict_faults(json.loads(content(found["metadata/review.json"])), said)
    except (ValueError, KeyError, TypeError, AttributeError, *DAMAGED):
        faults.append("metadata/review.json: the verdict cannot be computed again")
    since = said["limits"].get("asked_for_since")
    note = f"\nChecks that are asked for since it was signed, and were not run: {', '.join(since)}." if since else ""
    return said["claim"] + note, faults


def main(arguments):
    trusted = arguments.pop(arguments.index("--public-key") + 1) if "--public-key" in arguments else ""
    given = [one for one in arguments if one != "--public-key"]
    claim, faults = check(Path(given[0]) if given else Path(__file__).parent, trusted)
    if faults:
        print("NOT valid:", *faults, sep="\n  ")
        return 1
    print("valid:", claim)
    print("Every file is as it was signed; plan, bound and the gate's verdict follow from the review record.")
    if not trusted:
        print("The key came with the bundle: compare it with the one that the portal publishes (--public-key).")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
