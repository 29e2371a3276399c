"""A rehearsal's card with keys and a certificate on it, and how many commands programs send to it."""
import os
import re
import subprocess
from pathlib import Path

READER = "Rehearsal card 1"
PIN = "12345678"
SO_PIN = "3537363231383830"
MODULE = "opensc-pkcs11.so"


class Card:
    def __init__(self, folder):
        self.folder = Path(folder) / "r"
        self.log = self.folder / "card1/command-log"
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def run(self, *words):
        return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60, env=self.environment,
                              check=True).stdout

    def fill(self, quorate):
        given = self.run(quorate, "rehearse", "--env", "--folder", self.folder, "--cards", "1")
        self.environment.update(re.findall(r"^export (\w+)='(.*)'$", given, flags=re.M))
        self.run("sc-hsm-tool", "-r", READER, "--initialize", "--so-pin", SO_PIN, "--pin", PIN, "--label", "One",
                 "--dkek-shares", "1")
        # A DKEK share straight to the card; sc-hsm-tool derives for seconds before it does the same.
        self.run("opensc-tool", "-r", READER, "-s", "00A404000BE82B0601040181C31F020100", "-s",
                 "8052000020" + "5a" * 32 + "00")
        for number, kind in (("0a", "EC:prime256v1"), ("0b", "rsa:2048")):
            self.run("pkcs11-tool", "--module", MODULE, "-l", "--pin", PIN, "--keypairgen", "--key-type", kind, "--id",
                     number, "--label", f"k{number}")
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/CN=Release signing/O=Example", "-days", "30", "-outform", "DER", "-keyout", self.folder / "key",
                 "-out", self.folder / "c.der")
        self.run("pkcs11-tool", "--module", MODULE, "-l", "--pin", PIN, "--write-object", self.folder / "c.der",
                 "--type", "cert", "--id", "0a", "--label", "k0a")

    def count_one(self, *words):
        self.log.write_text("")
        self.run(*words)
        return len(self.log.read_text().splitlines())

    def count(self, quorate):
        """Of quorate's status, and of the three tools that tell the same."""
        return [self.count_one(quorate, "status", "--rehearsal", "--folder", self.folder, "--objects", "--json"),
                self.count_one("sc-hsm-tool", "-r", READER), self.count_one("pkcs11-tool", "--module", MODULE, "-L"),
                self.count_one("pkcs11-tool", "--module", MODULE, "-O")]

    def close(self, quorate):
        self.run(quorate, "rehearse", "--reset", "--env", "--folder", self.folder)
