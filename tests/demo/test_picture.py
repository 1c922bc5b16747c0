"""The demo's test picture is drawn as it goes, piece by piece, and nothing of an earlier one is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.demo import picture
from config import Config


def pieces(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def drawn(playlist: Path, drawing: subprocess.Popen[bytes]) -> list[str]:
    while not playlist.exists():
        assert drawing.poll() is None, drawing.stdout and drawing.stdout.read()
    return pieces(playlist.read_text())


def test_the_picture_moves_on_as_long_as_it_is_drawn(tmp_path: Path) -> None:
    config = Config(instance_dir=tmp_path)
    program = picture.ffmpeg()
    assert program, "make dev brings an ffmpeg"
    old = picture.folder(config) / "old.ts"
    old.parent.mkdir()
    old.write_text("of another time")
    playlist = picture.folder(config) / picture.PLAYLIST
    command = picture.drawing(config, program)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as drawing:
        try:
            first = drawn(playlist, drawing)
            while len(later := drawn(playlist, drawing)) < len(first) + 2:
                assert later[0] == first[0]
            assert (playlist.parent / later[-1]).read_bytes()[:1] == b"G"  # each packet of a transport stream begins so
            assert "#EXT-X-PROGRAM-DATE-TIME" in playlist.read_text()
            assert "#EXT-X-ENDLIST" not in playlist.read_text()
        finally:
            drawing.terminate()
    assert not old.exists()


def test_without_an_ffmpeg_there_is_no_picture(tmp_path: Path) -> None:
    """As where only requirements.txt is installed, on a machine without the program."""
    code = "import sys; sys.modules['imageio_ffmpeg'] = None; from app.demo import picture; print(picture.ffmpeg())"
    run = [sys.executable, "-c", code]
    assert subprocess.check_output(run, env={"PATH": str(tmp_path)}, text=True).strip() == "None"
