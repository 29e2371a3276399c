"""What people are told before they choose how the key is kept."""
import re

import pytest

from people import Plan, Room, rehearsal_end


@pytest.fixture
def room(tmp_path):
    with Room(tmp_path / "r", Plan(threshold=3, total=5)) as made:
        yield made.begin("Create a share file only")
    rehearsal_end(tmp_path / "r")


def test_the_decision_stands_on_one_screen_and_figures_follow_the_choice(room):
    room.play("What to decide about the backup")
    words = room.words()
    assert "there is more to read" not in words
    for told in ("No DKEK", "m of n", "n passwords", "Loss: n - m", "Theft: m custodians", "joins later", "wiping the device",
                 "Two people", "Five: 3 of 5", "Nine: 5 of 9"):
        assert told in words, told
    room.answer().choose("m of n")
    # The custodians, then m: what it means stands under each, worked out.
    assert re.search(r"5 custodians Usual: 3 of 5\. 2 shares may vanish; 3 must collude\.", room.words())
    room.choose("► 5 custodians")
    words = room.words()
    assert "2 of 5 Loss: 3 shares may be lost. Theft: 2 must collude" in words
    assert "4 of 5 Loss: 1 share may be lost. Theft: 4 must collude, and have the file. A device joins with any 4: " \
           "5 groups can do it." in words
