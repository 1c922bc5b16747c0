"""The moving picture of the demo's live show: a test picture that ffmpeg draws, as HLS in the instance folder.

ffmpeg is the machine's own or, where `make run` or `make dev` brought it, the one in the wheel `imageio-ffmpeg`. Where
there is none, there is no picture, and the watch page says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from config import Config

PLAYLIST = "live.m3u8"


def folder(config: Config) -> Path:
    """Where the playlist and its pieces lie."""
    return config.instance_dir / "test-picture"


def ffmpeg() -> str | None:
    """The program, or None where this machine has none."""
    with suppress(ImportError, RuntimeError):  # RuntimeError: the wheel is there without a program for this machine
        return str(import_module("imageio_ffmpeg").get_ffmpeg_exe())
    return shutil.which("ffmpeg")


def drawing(config: Config, program: str) -> Sequence[str]:
    """The command that draws until it is ended, in real time: a few per cent of one core. Empties the folder before,
    so that no piece of an earlier picture is taken for one of this."""
    where = folder(config)
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    picture = ["-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=12"]
    sound = ["-re", "-f", "lavfi", "-i", "sine=frequency=220:beep_factor=4:sample_rate=22050"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "12"]
    codecs += ["-b:v", "300k", "-c:a", "aac", "-b:a", "32k"]
    pieces = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "8", "-hls_segment_filename", str(where / "%d.ts")]
    pieces += ["-hls_flags", "delete_segments+program_date_time+omit_endlist+temp_file", str(where / PLAYLIST)]
    return [program, "-hide_banner", "-loglevel", "error", "-nostdin", *picture, *sound, *codecs, *pieces]
