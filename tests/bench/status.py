"""`quorate status --objects` against OpenSC's tools on the same tokens: wall time with SoftHSM's, as a ratio, and card
commands with a rehearsal's."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../oracle"))
from card_commands import Card  # noqa: E402

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "quorate")
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "12345678"
TURNS = 15  # the shortest counts


def run(folder, *command):
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
                   env={**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf")})


def make(folder, slots, objects):
    """Tokens, and in the first one many objects: SoftHSM takes copies of an object's file for objects."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    for number in range(slots):
        run(folder, "softhsm2-util", "--init-token", "--free", "--label", f"t{number}", "--pin", PIN, "--so-pin", PIN)
    if objects:
        run(folder, "pkcs11-tool", "--module", SOFTHSM, "--token-label", "t0", "--login", "--pin", PIN, "--keypairgen",
            "--key-type", "EC:prime256v1", "--id", "01", "--label", "k")
        # The public one is the smaller: it has no private value.
        found = sorted(folder.glob("tokens/*/????????-*.object"), key=lambda path: path.stat().st_size)
        for _ in range(objects - 1):
            shutil.copy(found[0], found[0].with_name(f"{uuid.uuid4()}.object"))


def measure(folder, *commands):
    best, begun_all = float("inf"), time.monotonic()
    for turn in range(TURNS):
        # A long one is measured by itself.
        if turn >= 3 and time.monotonic() - begun_all > 5:
            break
        begun = time.monotonic()
        for command in commands:
            run(folder, *command)
        best = min(best, time.monotonic() - begun)
    return best


def card_commands():
    """How many commands each program sends to a rehearsal's card with two keys and a certificate."""
    counts = []
    with tempfile.TemporaryDirectory(prefix="quorate-bench-") as name:
        card = Card(name)
        try:
            card.fill(QUORATE)
            counts = card.count(QUORATE)
        finally:
            card.close(QUORATE)
    ours, theirs = counts[0], sum(counts[1:])
    print(f"status: card commands: {ours}, sc-hsm-tool, pkcs11-tool -L and -O {theirs} ({' + '.join(map(str, counts[1:]))})")
    return ours / theirs


def main():
    print(f"status: load {os.getloadavg()[0]:.2f}")
    worst = card_commands()
    for slots, objects in ((1, 1), (100, 1), (1, 10000)):
        with tempfile.TemporaryDirectory(prefix="quorate-bench-") as name:
            folder = Path(name)
            make(folder, slots, objects)
            tool = ("pkcs11-tool", "--module", SOFTHSM)
            theirs = measure(folder, (*tool, "-L"), *((*tool, "--token-label", f"t{n}", "-O") for n in range(slots)))
            ours = measure(folder, (QUORATE, "status", "--only", "--module", SOFTHSM, "--objects", "--json"))
        worst = max(worst, ours / theirs)
        print(f"status: {slots} slots, {objects} objects: {ours:.2f} s, pkcs11-tool {theirs:.2f} s, ratio {ours / theirs:.2f}")
    return worst > 1


sys.exit(main())
