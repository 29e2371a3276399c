"""The table of keystrokes in quorate-ceremony(7) is what is counted here."""
import os

import pytest

from keystrokes import BEGIN, END, table
from people import SOURCE, rehearsal_end

IS_LONG = bool(os.environ.get("QUORATE_LONG"))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tool").mkdir()
    yield tmp_path
    rehearsal_end(tmp_path / "console")
    rehearsal_end(tmp_path / "tool")


def test_the_manual_has_the_keystrokes_as_they_are_counted(folder):
    """sc-hsm-tool, which never changes, is counted in the long run only."""
    manual = (SOURCE / "man/quorate-ceremony.7").read_text()
    told = manual[manual.index(BEGIN):manual.index(END) + len(END) + 1]
    if not IS_LONG:
        told = "".join(line for line in told.splitlines(keepends=True) if "It sc-hsm-tool" not in line)
    assert told == table(folder, has_tool=IS_LONG), "make keystrokes prints the table as it is now"
