"""`quorate status --objects` against OpenSC's tools on the same tokens: time with SoftHSM's, as a ratio, and card commands
with a rehearsal's."""
import os
import resource
import shutil
import statistics
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
TURNS = 101


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


def once(folder, commands):
    """Seconds on the clock, and of processors with everything that was started."""
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        run(folder, *command)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - begun, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def measure(folder, ours, theirs):
    """Medians of both, taken in turns, so that a busy machine is busy for both: ((clock, processors), (clock, processors))."""
    turns, begun = [], time.monotonic()
    while len(turns) < TURNS and (len(turns) < 3 or time.monotonic() - begun < 20):
        turns.append((once(folder, ours), once(folder, theirs)))
    return [[statistics.median(turn[who][what] for turn in turns) for what in range(2)] for who in range(2)]


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
            theirs = [(*tool, "-L"), *((*tool, "--token-label", f"t{n}", "-O") for n in range(slots))]
            ours = [(QUORATE, "status", "--only", "--module", SOFTHSM, "--objects", "--json")]
            (clock, work), (their_clock, their_work) = measure(folder, ours, theirs)
        worst = max(worst, clock / their_clock)
        print(f"status: {slots} slots, {objects} objects: {clock:.3f} s, pkcs11-tool {their_clock:.3f} s, ratio "
              f"{clock / their_clock:.2f} (of processors {work / their_work:.2f})", flush=True)
    return worst > 1


sys.exit(main())
