"""A picture that moves, without ffmpeg: the browser records a few seconds of a canvas, cut here into HLS and served."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser

KINDS = {"m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/iso.segment"}
RECORD = """async () => {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  Object.assign(canvas, { width: 160, height: 90 });
  const brush = canvas.getContext("2d");
  let drawn = 0;
  const drawing = setInterval(() => {
    brush.fillStyle = `hsl(${(drawn * 7) % 360} 80% 50%)`;
    brush.fillRect(0, 0, 160, 90);
    drawn += 1;
  }, 40);
  const about = { mimeType: "video/mp4;codecs=avc1.42E01E", videoKeyFrameIntervalDuration: 1000 };
  const recorder = new MediaRecorder(canvas.captureStream(25), about);
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start(1000);
  await new Promise((resolve) => setTimeout(resolve, 4200));
  recorder.stop();
  await stopped;
  clearInterval(drawing);
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}"""


def record(chromium: Browser) -> dict[str, bytes]:
    """The files of a recording of four seconds: `index.m3u8` and what it names."""
    page = chromium.new_page()
    try:
        recorded = base64.b64decode(page.evaluate(RECORD))
    finally:
        page.close()
    boxes = list(_boxes(recorded))
    files = {"init.mp4": b"".join(box for kind, box in boxes if kind in (b"ftyp", b"moov"))}
    fragments = [box for kind, box in boxes if kind in (b"moof", b"mdat")]
    pieces = [moof + mdat for moof, mdat in zip(fragments[::2], fragments[1::2], strict=True)]
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:2", '#EXT-X-MAP:URI="init.mp4"']
    for number, piece in enumerate(pieces):
        files[f"{number}.m4s"] = piece
        lines += ["#EXTINF:1.0,", f"{number}.m4s"]
    files["index.m3u8"] = "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
    return files


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4]) or len(data) - at
        yield data[at + 4 : at + 8], data[at : at + size]
        at += size


@contextmanager
def served(files: dict[str, bytes]) -> Iterator[str]:
    """The address of a media server elsewhere, which has these files and lets any page read them."""

    class Media(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[1].split("?")[0]
            body = files.get(name)
            self.send_response(200 if body else 404)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", KINDS.get(name.rsplit(".", 1)[-1], "text/plain"))
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Media)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
