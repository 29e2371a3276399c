"""Printing on a CUPS of the test's own: a scheduler on a Unix socket, with a printer that keeps what it gets."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest
from people import QUICK, Room

BACKEND = """#!/bin/sh
[ $# -eq 0 ] && { echo 'file sink "Unknown" "sink"'; exit 0; }
cat "${6:--}" > "${DEVICE_URI#sink:}/part.$1" && mv "${DEVICE_URI#sink:}/part.$1" "${DEVICE_URI#sink:}/job.$1"
"""
FILES = """ServerRoot {0}/etc
RequestRoot {0}/root/var/spool/cups
CacheDir {0}/cache
StateDir {0}/state
TempDir {0}/tmp
ServerBin {0}/bin
ErrorLog {0}/error_log
AccessLog {0}/access_log
PageLog {0}/page_log
"""
CONF = """Listen {0}/cups.sock
Browsing Off
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Location /admin>
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""


class Cups:
    def __init__(self, folder):
        self.folder, self.root, self.out = folder, folder / "root", folder / "out"
        for name in ("etc", "cache", "state", "tmp", "out", "root/var/spool/cups", "root/usr/bin"):
            (folder / name).mkdir(parents=True)
        self.out.chmod(0o777)
        for tool in ("lp", "lpstat", "cancel"):
            (self.root / "usr/bin" / tool).symlink_to(f"/usr/bin/{tool}")
        subprocess.run(["cp", "-rs", "/usr/lib/cups", str(folder / "bin")], check=True)
        sink = folder / "bin/backend/sink"
        sink.write_text(BACKEND)
        # One that others may not run is run as root, who alone reaches the folder of a test.
        sink.chmod(0o700)
        (folder / "files.conf").write_text(FILES.format(folder))
        (folder / "cupsd.conf").write_text(CONF.format(folder))
        self.settings = {"CUPS_SERVER": f"{folder}/cups.sock", "QUORATE_ROOT": str(self.root)}
        self.process = subprocess.Popen(["/usr/sbin/cupsd", "-f", "-c", f"{folder}/cupsd.conf", "-s",
                                         f"{folder}/files.conf"])
        end = time.monotonic() + 20
        # The socket is there before anybody listens.
        while "is running" not in self.run("lpstat", "-r"):
            assert time.monotonic() < end and self.process.poll() is None, "cupsd does not start"
            time.sleep(0.02)

    def run(self, *command, data=b""):
        done = subprocess.run(command, env={**os.environ, **self.settings, "LC_ALL": "C"}, input=data, check=False,
                              capture_output=True, timeout=20)
        assert done.returncode == 0 or command[0] == "lpstat", (command, done)
        return done.stdout.decode()

    def add(self, name):
        self.run("lpadmin", "-p", name, "-E", "-v", f"sink:{self.out}")
        return self

    def spool(self):
        return sorted(path.name for path in (self.root / "var/spool/cups").iterdir() if path.name[0] in "cd")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)


@pytest.fixture(name="cups")
def a_cups(tmp_path_factory):
    cups = Cups(tmp_path_factory.mktemp("cups"))
    try:
        yield cups
    finally:
        cups.end()


def at_the_sheets(room):
    return room.begin().play("Sheets for this ceremony")


def select(room, label):
    for _ in range(20):
        if label in room.selected():
            return room
        room.press("down")
    raise AssertionError(room.text())


def test_what_is_printed_is_the_pdf_and_the_spool_is_purged(tmp_path, cups):
    cups.add("laser")
    with Room(tmp_path / "room", settings=cups.settings) as room:
        at_the_sheets(room).wait_for("Print on laser: ready")
        select(room, "One sheet at a time").enter_and_wait("All sheets at once")
        select(room, "Print on laser").enter_and_wait("printer has all sheets", 30)
        [job] = cups.out.glob("job.*")
        [pdf] = room.ceremony_folder().glob("*.pdf")
        assert job.read_bytes() == pdf.read_bytes() != b""
        # No copy but the queue's, and it is purged.
        assert [name for name in cups.spool() if name.startswith("d")]
        select(room, "Purge what").enter_and_wait("nothing of the job is left", 30)
        assert "own memory cannot be purged" in room.words()
        assert cups.spool() == []
        assert "laser-1" not in cups.run("lpstat", "-W", "all", "-o")
        select(room, "Go on").answer()


def test_one_sheet_after_the_other_with_a_pause_and_copies(tmp_path, cups):
    cups.add("laser")
    with Room(tmp_path / "room", settings=cups.settings) as room:
        at_the_sheets(room).wait_for("Print on laser: ready")
        select(room, "Copies of each sheet: 1").press("right").wait_for("Copies of each sheet: 2")
        select(room, "Print on laser")
        # The script, the custodians' sheets, the PINs'.
        for number in (1, 2, 3, 4):
            room.enter_and_wait(f"Sheet {number} of 5 is printed", 30)
            assert len(list(cups.out.glob("job.*"))) == number, "only one at a time"
            room.wait_for(f"Print sheet {number + 1} of 5 on laser")
        room.enter_and_wait("All sheets are printed", 30)
        for number, job in enumerate(sorted(cups.out.glob("job.*"), key=lambda path: int(path.suffix[1:])), 1):
            text = subprocess.run(["pdftotext", str(job), "-"], capture_output=True, text=True, check=True).stdout
            titles = ["Script of a ceremony", *(f"Share of custodian {n}" for n in (1, 2, 3)), "User PIN and SO-PIN"]
            assert [title for title in titles if title in text] == [titles[number - 1]]
        assert b"copies" in (cups.root / "var/spool/cups/c00001").read_bytes() or "copies=2" in (
            cups.folder / "page_log").read_text()


def test_a_stopped_a_missing_and_a_refusing_printer_are_told_and_the_sheet_is_not_lost(tmp_path, cups):
    for name in ("laser", "attic", "gone"):
        cups.add(name)
    cups.run("cupsdisable", "-r", "out of paper", "laser")
    cups.run("cupsreject", "-r", "not today", "attic")
    with Room(tmp_path / "room", rows=34, settings=cups.settings) as room:
        at_the_sheets(room).wait_for("Print on laser: paused")
        assert "out of paper" in room.words() and "takes no jobs (not today)" in room.words()
        cups.run("lpadmin", "-x", "gone")
        select(room, "One sheet at a time").enter_and_wait("All sheets at once")
        select(room, "Print on gone").enter_and_wait("The printer did not take the sheet. It is not lost")
        select(room, "Print on attic").enter_and_wait("This printer takes no jobs now. The sheet is not lost")
        select(room, "Print on laser").enter_and_wait("waits there", 30)
        cups.run("lp", "-d", "laser", data=b"somebody else's")
        cups.run("cupsenable", "laser")
        room.wait_for("printer has all sheets", 30)
        pdf = next(room.ceremony_folder().glob("*.pdf")).read_bytes()
        assert pdf in [job.read_bytes() for job in cups.out.glob("job.*")]
        # The scheduler itself goes.
        cups.end()
        select(room, "Print on laser").enter_and_wait("The printer did not take the sheet. It is not lost", 30)
        select(room, "Go on").answer()


def test_to_a_device_and_to_a_file(tmp_path, cups):
    shutil.rmtree(cups.root / "usr")
    terminal, other = os.openpty()
    subprocess.run(["stty", "raw", "-echo", "-F", os.ttyname(other)], check=True)
    with Room(tmp_path / "room", settings=cups.settings) as room:
        at_the_sheets(room).wait_for("No printer is set up here")
        select(room, "Print to a device").press("enter").wait_for("/dev/usb/lp0")
        room.type(str(tmp_path / "out.doc")).enter_and_wait("ends in .pdf or .txt")
        room.press("\x15").type(str(tmp_path / "out.pdf")).enter_and_wait("The sheets are saved in")
        pdf = next(room.ceremony_folder().glob("*.pdf")).read_bytes()
        assert (tmp_path / "out.pdf").read_bytes() == pdf
        select(room, "Print to a device").press("enter").wait_for("/dev/usb/lp0")
        room.type(str(tmp_path / "out.pdf")).enter_and_wait("is there already").press("esc").wait_for("Go on")
        select(room, "Print to a device").press("enter").wait_for("/dev/usb/lp0")
        room.type(os.ttyname(other)).press("enter")
        plain = next(room.ceremony_folder().glob("*.txt")).read_bytes()
        got = b""
        while len(got) < len(plain):
            room.read(0.01, 0.05)
            got += os.read(terminal, 65536)
        assert got == plain and got.count(b"\f") == 5
        room.wait_for("printer has all sheets")
        # Esc still asks before it stops the ceremony.
        room.press("esc").wait_for("Stop here?")
    os.close(terminal)
    os.close(other)


def test_the_environment_of_helpers_is_clean(tmp_path, cups):
    """Nothing of the console's surroundings reaches lp, and its words are in one language."""
    cups.add("laser")
    seen = tmp_path / "environment"
    (cups.root / "usr/bin/lpstat").unlink()
    (cups.root / "usr/bin/lpstat").write_text(f"#!/bin/sh\nenv > {seen}\nexec /usr/bin/lpstat \"$@\"\n")
    (cups.root / "usr/bin/lpstat").chmod(0o755)
    settings = {**cups.settings, "LD_LIBRARY_PATH": "/nowhere", "OPENSC_DEBUG": "9", "LANGUAGE": "de"}
    with Room(tmp_path / "room", settings=settings) as room:
        at_the_sheets(room).wait_for("Print on laser: ready")
    names = dict(line.split("=", 1) for line in seen.read_text().splitlines() if "=" in line)
    assert names["LC_ALL"] == "C" and not {"LD_LIBRARY_PATH", "OPENSC_DEBUG", "LANGUAGE", "LANG"} & set(names)
    assert pathlib.Path(names["PATH"].split(":")[-1]) == pathlib.Path("/bin")
    assert re.fullmatch(r".*cups\.sock", names["CUPS_SERVER"])


UDISKSCTL = """#!/bin/sh
echo "$@" >> {0}/acts
case "$1" in
mount) echo '30 22 8:17 / /media/keys rw,nosuid - vfat /dev/sdb1 rw' > {0}/proc/self/mountinfo;;
unmount) [ -e {0}/busy ] && exit 1; : > {0}/proc/self/mountinfo;;
esac
"""


def plug_in(root):
    """A stick without encryption, not mounted yet, as the kernel and udev would tell of it."""
    for path, text in {"sys/block/sdb/removable": "1\n", "sys/block/sdb/sdb1/partition": "1\n",
                       "sys/block/sdb/sdb1/size": "2097152\n", "sys/block/sdb/sdb1/dev": "8:17\n",
                       "sys/class/block/sdb1/dev": "8:17\n", "run/udev/data/b8:17": "E:ID_FS_TYPE=vfat\nE:ID_FS_LABEL=KEYS\n",
                       "proc/self/mountinfo": ""}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "media/keys").mkdir(parents=True)


def test_the_folder_goes_onto_a_removable_drive(tmp_path):
    root = tmp_path / "root"
    (root / "usr/bin").mkdir(parents=True)
    with Room(tmp_path / "room", settings={"QUORATE_ROOT": str(root)}) as room:
        at_the_sheets(room).wait_for("No printer is set up here")
        select(room, "Save this folder on a removable drive").enter_and_wait("No removable drive is here")
        # Plugged in, it is seen at once.
        plug_in(root)
        room.wait_for("KEYS (/dev/sdb1, 1.1 GB): NOT encrypted").wait_for("not mounted: Enter mounts it")
        room.enter_and_wait("udisksctl is not installed here")
        udisksctl = root / "usr/bin/udisksctl"
        udisksctl.write_text(UDISKSCTL.format(root))
        udisksctl.chmod(0o755)
        room.enter_and_wait("The drive is mounted").wait_for("mounted at /media/keys")
        room.enter_and_wait("read back and compared")
        place = room.ceremony_folder()
        saved = root / "media/keys" / place.name
        assert {path.name for path in saved.iterdir()} == {path.name for path in place.iterdir()}
        assert all((saved / path.name).read_bytes() == path.read_bytes() for path in place.iterdir())
        # Somebody uses the drive; then nobody does.
        (root / "busy").touch()
        room.enter_and_wait("udisksctl could not do it")
        (root / "busy").unlink()
        room.enter_and_wait("unmounted and can be taken out")
        assert [line.split()[0] for line in (root / "acts").read_text().splitlines()] == ["mount", "unmount", "unmount"]
        room.press("esc").wait_for("Look at the sheets")
        select(room, "Go on").answer()
