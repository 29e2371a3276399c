"""README shows the console as it is."""
from people import SOURCE, rehearsal_end
from picture import block, picture


def test_the_picture_in_readme_is_the_real_screen(tmp_path):
    folder = tmp_path / "r"
    assert block((SOURCE / "README.md").read_text()).strip("\n") == picture(folder).strip("\n")
    rehearsal_end(folder)
