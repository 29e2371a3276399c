"""The rehearsal's PC/SC library by itself, called as OpenSC and quorate call it: sharing, transactions, resets, changes
and cancelling as PC/SC has them (winscard.h of pcsc-lite), and clients that misbehave."""
import ctypes
import os
import pathlib
import socket
import subprocess
import threading
import time

import pytest

BUILD = pathlib.Path(os.environ["QUORATE_BUILD"])
ULONG = ctypes.c_ulong

SUCCESS, TIMEOUT, CANCELLED, SHARING, NO_CARD = 0, 0x8010000A, 0x80100002, 0x8010000B, 0x8010000C
INVALID_HANDLE, UNKNOWN_READER, NOT_TRANSACTED, PROTOCOL = 0x80100003, 0x80100009, 0x80100016, 0x8010000F
WAS_RESET, WAS_REMOVED, SMALL = 0x80100068, 0x80100069, 0x80100008
EXCLUSIVE, SHARED, T0, T1, LEAVE, RESET = 1, 2, 1, 2, 0, 1
CHANGED, EMPTY, PRESENT, IN_USE = 0x02, 0x10, 0x20, 0x100
SELECT = bytes.fromhex("00A404000BE82B0601040181C31F020100")
CARD = b"Rehearsal card 1"


class IoRequest(ctypes.Structure):
    _fields_ = [("protocol", ULONG), ("length", ULONG)]


class ReaderState(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("user", ctypes.c_void_p), ("current", ULONG), ("event", ULONG),
                ("atr_size", ULONG), ("atr", ctypes.c_ubyte * 33)]


class Library:
    def __init__(self):
        self.so = ctypes.CDLL(str(BUILD / ".libs/libquorate-pcsc.so"))

    def call(self, name, *arguments):
        return getattr(self.so, name)(*arguments) & 0xFFFFFFFF

    def context(self):
        context = ctypes.c_long()
        assert self.call("SCardEstablishContext", ULONG(0), None, None, ctypes.byref(context)) == SUCCESS
        return context

    def connect(self, context, share=SHARED, protocols=T1, reader=CARD):
        handle, protocol = ctypes.c_long(), ULONG()
        status = self.call("SCardConnect", context, reader, ULONG(share), ULONG(protocols), ctypes.byref(handle),
                           ctypes.byref(protocol))
        return status, handle

    def transmit(self, handle, command, room=258):
        answer, size = ctypes.create_string_buffer(room), ULONG(room)
        status = self.call("SCardTransmit", handle, ctypes.byref(IoRequest(T1, 16)), command, ULONG(len(command)), None,
                           answer, ctypes.byref(size))
        return status, answer.raw[:size.value] if status == SUCCESS else size.value

    def wait(self, context, milliseconds, *states):
        array = (ReaderState * len(states))(*states)
        status = self.call("SCardGetStatusChange", context, ULONG(milliseconds), array, ULONG(len(states)))
        return status, array


@pytest.fixture
def pcsc(tmp_path):
    folder = tmp_path / "r"
    helper = BUILD / "tests/oracle/rehearsal_env"
    lines = subprocess.run([helper, "open", folder, "2"], text=True, capture_output=True, check=True).stdout
    # The library reads the C environment, which os.environ writes through to.
    saved = dict(os.environ)
    os.environ.update(dict(line.split("=", 1) for line in lines.splitlines()))
    library = Library()
    library.folder = folder
    yield library
    os.environ.clear()
    os.environ.update(saved)
    subprocess.run([helper, "reset", folder], check=True)


def test_contexts_and_readers(pcsc):
    context, size = pcsc.context(), ULONG()
    assert pcsc.call("SCardIsValidContext", context) == SUCCESS
    assert pcsc.call("SCardListReaders", context, None, None, ctypes.byref(size)) == SUCCESS
    names = ctypes.create_string_buffer(size.value)
    assert pcsc.call("SCardListReaders", context, None, names, ctypes.byref(size)) == SUCCESS
    assert names.raw == b"Rehearsal card 1\0Rehearsal card 2\0\0"
    size.value -= 1
    assert pcsc.call("SCardListReaders", context, None, names, ctypes.byref(size)) == SMALL
    assert pcsc.call("SCardReleaseContext", context) == SUCCESS
    assert pcsc.call("SCardIsValidContext", context) == INVALID_HANDLE
    assert pcsc.call("SCardReleaseContext", context) == INVALID_HANDLE


def test_sharing_and_protocols(pcsc):
    context = pcsc.context()
    assert pcsc.connect(context, reader=b"Another reader")[0] == UNKNOWN_READER
    assert pcsc.connect(context, protocols=T0)[0] == PROTOCOL
    status, alone = pcsc.connect(context, EXCLUSIVE)
    assert status == SUCCESS
    assert pcsc.connect(pcsc.context())[0] == SHARING
    assert pcsc.transmit(alone, SELECT, 2)[0] == SMALL
    assert pcsc.call("SCardDisconnect", alone, ULONG(LEAVE)) == SUCCESS
    assert pcsc.transmit(alone, SELECT)[0] == INVALID_HANDLE
    assert pcsc.connect(context)[0] == SUCCESS
    assert pcsc.connect(context, EXCLUSIVE)[0] == SHARING


def test_a_reset_is_told_to_the_others(pcsc):
    (_, one), (_, two) = pcsc.connect(pcsc.context()), pcsc.connect(pcsc.context())
    assert pcsc.transmit(one, SELECT)[1][-2:] == b"\x90\x00"
    # One card, one state: what one selected is selected for the other.
    assert pcsc.transmit(two, bytes.fromhex("00200081"))[1] == b"\x6a\x88"
    assert pcsc.call("SCardDisconnect", one, ULONG(RESET)) == SUCCESS
    assert pcsc.transmit(two, SELECT)[0] == WAS_RESET
    protocol = ULONG()
    assert pcsc.call("SCardReconnect", two, ULONG(SHARED), ULONG(T1), ULONG(LEAVE), ctypes.byref(protocol)) == SUCCESS
    assert pcsc.transmit(two, bytes.fromhex("00200081"))[1] == b"\x6d\x00"


def test_power_goes_with_the_last_connection(pcsc):
    context = pcsc.context()
    _, one = pcsc.connect(context)
    pcsc.transmit(one, SELECT)
    assert pcsc.call("SCardDisconnect", one, ULONG(LEAVE)) == SUCCESS
    _, one = pcsc.connect(context)
    assert pcsc.transmit(one, bytes.fromhex("00200081"))[1] == b"\x6d\x00"


def test_a_transaction_keeps_others_waiting(pcsc):
    (_, one), (_, two) = pcsc.connect(pcsc.context()), pcsc.connect(pcsc.context())
    assert pcsc.call("SCardEndTransaction", one, ULONG(LEAVE)) == NOT_TRANSACTED
    assert pcsc.call("SCardBeginTransaction", one) == SUCCESS
    done = []
    waiting = threading.Thread(target=lambda: done.append(pcsc.transmit(two, SELECT)))
    waiting.start()
    time.sleep(0.2)
    assert not done
    assert pcsc.transmit(one, SELECT)[0] == SUCCESS
    assert pcsc.call("SCardEndTransaction", one, ULONG(LEAVE)) == SUCCESS
    waiting.join(5)
    assert done[0][0] == SUCCESS


def test_a_dying_client_ends_its_transaction(pcsc):
    code = ("import sys; sys.path.insert(0, sys.argv[1]); import os, test_rehearsal_pcsc as t; p = t.Library();"
            "_, h = p.connect(p.context()); assert p.call('SCardBeginTransaction', h) == 0; os._exit(9)")
    assert subprocess.run(["/usr/bin/python3", "-c", code, str(pathlib.Path(__file__).parent)]).returncode == 9
    _, one = pcsc.connect(pcsc.context())
    assert pcsc.call("SCardBeginTransaction", one) == SUCCESS


def test_changes_are_waited_for(pcsc):
    context = pcsc.context()
    status, states = pcsc.wait(context, 0, ReaderState(CARD))
    assert status == SUCCESS and states[0].event & 0xFFFF == CHANGED | PRESENT and states[0].atr_size == 24
    known = states[0].event & ~CHANGED
    assert pcsc.wait(context, 50, ReaderState(CARD, current=known))[0] == TIMEOUT
    removed = pcsc.folder / "card1/removed"
    threading.Timer(0.2, removed.touch).start()
    status, states = pcsc.wait(context, 5000, ReaderState(CARD, current=known))
    assert status == SUCCESS and states[0].event & 0xFFFF == CHANGED | EMPTY
    assert pcsc.connect(context)[0] == NO_CARD
    removed.unlink()
    status, states = pcsc.wait(context, 5000, ReaderState(CARD, current=states[0].event & ~CHANGED))
    assert status == SUCCESS and states[0].event & PRESENT
    _, handle = pcsc.connect(context)
    removed.touch()
    pcsc.wait(context, 5000, ReaderState(CARD, current=PRESENT | IN_USE))
    assert pcsc.transmit(handle, SELECT)[0] == WAS_REMOVED
    removed.unlink()
    # A new reader, for who watches the list.
    threading.Timer(0.2, (pcsc.folder / "card3").mkdir).start()
    status, states = pcsc.wait(context, 5000, ReaderState(b"\\\\?PnP?\\Notification"))
    assert status == SUCCESS and states[0].event & CHANGED
    assert pcsc.wait(context, 0, ReaderState(b"Another reader"))[0] == UNKNOWN_READER


def test_a_wait_is_cancelled_from_another_thread(pcsc):
    context = pcsc.context()
    known = pcsc.wait(context, 0, ReaderState(CARD))[1][0].event & ~CHANGED
    threading.Timer(0.2, lambda: pcsc.call("SCardCancel", context)).start()
    begin = time.monotonic()
    assert pcsc.wait(context, 0xFFFFFFFF, ReaderState(CARD, current=known))[0] == CANCELLED
    assert time.monotonic() - begin < 4
    # With nothing to cancel it does nothing, and the context goes on.
    assert pcsc.call("SCardCancel", context) == SUCCESS
    assert pcsc.wait(context, 0, ReaderState(CARD, current=known))[0] == TIMEOUT


def test_nonsense_on_the_socket_harms_nobody(pcsc):
    context = pcsc.context()
    _, handle = pcsc.connect(context)
    for packet in (b"", b"\1", b"\xff" * 20, b"\x03\0\0\0" + bytes(16) + b"A" * 60000, b"\x0a\0\0\0" + bytes(16) + b"x" * 33,
                   b"\x09\0\0\0" + (1).to_bytes(4, "little") + bytes(12) + SELECT, bytes(70000)):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
            stranger.connect(str(pcsc.folder / "socket"))
            stranger.send(packet)
            stranger.settimeout(0.5)
            try:
                stranger.recv(100)
            except OSError:
                pass
    # Not even with a number that is somebody else's (the last packet but one).
    assert pcsc.transmit(handle, bytes.fromhex("00200081"))[1] == b"\x6d\x00"
