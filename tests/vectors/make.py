"""Makes shares.json, by itself: nothing of quorate is used, so that both can be wrong only separately.

make.py >shares.json. What is random in life is a digest of the vector's name here; it is the same every time.
"""
import hashlib
import json
import subprocess
import sys

QUICK, REAL = 1000, 10_000_000
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def digest(*parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()


def is_prime(n):
    """Miller-Rabin; these bases are enough below 2^64."""
    if n % 2 == 0 or n < 40:
        return n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def safe_prime(name):
    candidate = int.from_bytes(digest(name, "prime")[:8], "big") | 3 << 62 | 3
    while not (is_prime(candidate) and is_prime((candidate - 1) // 2)):
        candidate += 4
    return candidate


def derive(password, salt, iterations):
    blocks, block = b"", b""
    while len(blocks) < 48:
        block += password + salt
        for _ in range(iterations):
            block = hashlib.md5(block).digest()
        blocks += block
    return blocks[:32], blocks[32:]


def seal(name, password, share, iterations, padding=b"\x10" * 16):
    salt = digest(name, "salt")[:8]
    key, iv = derive(password, salt, iterations)
    sealed = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex()],
                            input=share + padding, capture_output=True, check=True).stdout
    return b"Salted__" + salt + sealed


def polymod(values):
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check


def check_word(prime, number, value):
    part = "share"
    symbols = [ord(c) >> 5 for c in part] + [0] + [ord(c) & 31 for c in part]
    symbols += [int(digit, 16) for digit in f"{prime:016x}{number:02x}{value:016x}"]
    check = polymod(symbols + [0] * 6) ^ 0x2BC830A3
    return "".join(LETTERS[check >> 5 * (5 - i) & 31] for i in range(6))


def as_shown(number):
    """As sc-hsm-tool prints it: bytes with colons, leading zero bytes dropped."""
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big").hex(":")


def split(name, secret, threshold, numbers, prime, low=None):
    """low: a share number whose value is to be small, so that it is shown short."""
    coefficients = [int.from_bytes(digest(name, "coefficient", i)[:8], "big") % prime for i in range(1, threshold)]
    if low is not None:
        rest = (secret + sum(c * low ** (i + 2) for i, c in enumerate(coefficients[1:]))) % prime
        coefficients[0] = (0x1234 - rest) * pow(low, -1, prime) % prime
    return [(x, (secret + sum(c * x ** (i + 1) for i, c in enumerate(coefficients))) % prime) for x in numbers]


def vector(name, about, threshold=3, numbers=range(1, 6), secret=None, password=None, iterations=QUICK, low=None):
    prime = safe_prime(name)
    if secret is None:
        secret = int.from_bytes(digest(name, "password")[:8], "big") >> 1 | 1 << 56
    if callable(secret):
        secret = secret(prime)
    password = password or secret.to_bytes(8, "big")
    share = digest(name, "dkek share")
    shares = [{"id": x, "value": f"{y:016x}", "as_shown": as_shown(y), "check_word": check_word(prime, x, y)}
              for x, y in split(name, secret % prime, threshold, numbers, prime, low)]
    return {"name": name, "about": about, "iterations": iterations, "file": seal(name, password, share, iterations).hex(),
            "dkek_share": share.hex(), "kcv": hashlib.sha256(share).hexdigest()[:16], "password": password.hex(),
            "threshold": threshold, "prime": f"{prime:016x}", "shares": shares,
            "opens_in_sc_hsm_tool": len(password) < 8 or password[0] != 0 and secret < prime}


def plain(name, about, password, iterations=QUICK):
    share = digest(name, "dkek share")
    return {"name": name, "about": about, "iterations": iterations,
            "file": seal(name, password.encode(), share, iterations).hex(), "dkek_share": share.hex(),
            "kcv": hashlib.sha256(share).hexdigest()[:16], "password": password.encode().hex(), "opens_in_sc_hsm_tool": True}


def refused():
    """What must not open, and why."""
    password, share = "correct horse", digest("refused")
    whole = seal("refused", password.encode(), share, QUICK)
    for name, why, file in [
            ("last byte of the padding only", "all 16 bytes of padding are demanded",
             seal("refused", password.encode(), share, QUICK, b"\x0f" * 15 + b"\x01")),
            ("no padding", "likewise", seal("refused", password.encode(), share, QUICK, bytes(16))),
            ("another magic", "the file begins with Salted__", b"salted__" + whole[8:]),
            ("a byte too few", "the file has 64 bytes", whole[:-1]),
            ("a byte too many", "likewise", whole + b"\x0a"),
            ("a flipped bit in the last block", "the padding comes out wrong", whole[:63] + bytes([whole[63] ^ 1]))]:
        yield {"name": name, "why": why, "iterations": QUICK, "file": file.hex(), "password": password.encode().hex()}


def make(iterations):
    """The vectors of one count of iterations."""
    if iterations == REAL:
        return [vector("real count", "as every real file has it", iterations=REAL),
                plain("real count, password", "no shares", "correct horse", REAL)]
    return [
        vector("2-of-2", "the smallest set; sc-hsm-tool creates from n = 3, and imports this one", 2, (1, 2)),
        vector("2-of-3", "", 2, (1, 2, 3)),
        vector("3-of-5", ""),
        vector("9-of-12", "share IDs of 10 and more: decimal here; sc-hsm-tool wants 10 typed as a", 9, range(1, 13)),
        vector("32-of-32", "", 32, range(1, 33)),
        vector("ID 255", "the largest", 2, (1, 16, 153, 255)),
        vector("short values", "share 3 is shown with two bytes; leading zeros count for the check word", low=3),
        vector("first byte 01", "the smallest password that quorate draws", secret=0x0100000000000000),
        vector("first byte 7f", "the largest", secret=0x7FFFFFFFFFFFFFFF),
        vector("one leading zero", "8 bytes; sc-hsm-tool made it and cannot open it", secret=0x00FEDCBA98765432),
        vector("three leading zeros", "likewise", secret=0x000000BA98765432),
        vector("short password", "encrypted without the leading zeros, as sc-hsm-tool rebuilds it", secret=0x0000616263646566,
               password=b"abcdef"),
        vector("old style", "OpenSC 0.14 and 0.15: the password is the shared number plus the prime",
               secret=lambda prime: 2**64 - 1 - (2**64 - prime) // 3),
        vector("old style, at the prime", "likewise: the shared number is 0", secret=lambda prime: prime),
        plain("password", "no shares", "correct horse"),
        plain("password of 64", "the longest that sc-hsm-tool reads", "0123456789abcdef" * 4),
    ]


def main():
    json.dump({"format": 1, "files": make(QUICK) + make(REAL), "refused": list(refused())}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
