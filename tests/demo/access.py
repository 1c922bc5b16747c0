"""The routes of the demo."""

from app.security import ANYBODY
from tests.access import Kind, Row

KINDS = {"name": Kind(lambda side: "live.m3u8", missing="none.m3u8")}

ROWS = [Row("demo.test_picture", "GET", ANYBODY, also=(404,))]  # the market of the tests is no demo
