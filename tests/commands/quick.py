"""The program with a short key derivation, and share files for it that are made without it."""
import hashlib
import os
import subprocess

BUILD = os.environ["QUORATE_BUILD"]
QUORATE = os.path.join(BUILD, "quorate")
QUICK = os.path.join(BUILD, "tests", "quorate-quick")
QUICK_ITERATIONS = 1000
PUBLISHED = bytes.fromhex("53616c7465645f5fa24f5a8aef8e398445568310e4a699667642a614ff11bdc854ccd1eca84164d2bc53ea68"
                          "2cda98af6080d0f37ef6d7a5ceb09d202a39abdd")
PRIME = "e28c4e2a93cca877"
P = int(PRIME, 16)
VALUES = {1: "bed92af69643c441", 2: "8dd49d6982048a5b"}
PASSWORD = bytes.fromhex("0d516a5916b655b0")
SHARES = f"prime {PRIME}\n1 {VALUES[1]} luv0y8\n2 {VALUES[2]}\n"


def seal(password, dkek, padding=b"\x10" * 16, salt=b"saltsalt"):
    """A share file at the quick program's count, made without quorate."""
    blocks, block = b"", b""
    while len(blocks) < 48:
        block = block + password + salt
        for _ in range(QUICK_ITERATIONS):
            block = hashlib.md5(block).digest()
        blocks += block
    sealed = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-nopad", "-K", blocks[:32].hex(), "-iv",
                             blocks[32:].hex()], input=dkek + padding, capture_output=True, check=True).stdout
    return b"Salted__" + salt + sealed


def kcv(dkek):
    return hashlib.sha256(dkek).hexdigest()[:16].upper()


def run(program, *arguments, given=""):
    return subprocess.run([program, *map(str, arguments)], input=given, capture_output=True, text=True, timeout=60,
                          start_new_session=True, env={**os.environ, "LC_ALL": "C.UTF-8"})


def failed(done, words):
    assert done.returncode == 1
    assert "KCV" not in done.stdout
    assert done.stderr.startswith("quorate: ") and done.stderr.count("\n") == 1
    assert words in done.stderr
