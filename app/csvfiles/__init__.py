"""Plain files in and out (spec/formats.md): the mechanics. Each feature's files.py says what its kinds mean."""

from app.csvfiles.exporting import export, write_csv
from app.csvfiles.importing import Options, import_file
from app.csvfiles.kinds import Column, Kind
from app.csvfiles.report import Change, Fault, ImportResult

__all__ = ["Change", "Column", "Fault", "ImportResult", "Kind", "Options", "export", "import_file", "write_csv"]
