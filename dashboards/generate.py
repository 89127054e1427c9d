#!/usr/bin/env python3
"""Writes the dashboards' JSON from dashboards/source; with --check it only says whether the files are current."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from dashboards.source.capacidade import CAPACIDADE
from dashboards.source.instancias import INSTANCIAS
from dashboards.source.operacao import OPERACAO
from dashboards.source.visao_geral import VISAO_GERAL

HERE = Path(__file__).resolve().parent
BOARDS = {
    "visao-geral.json": VISAO_GERAL,
    "operacao.json": OPERACAO,
    "capacidade.json": CAPACIDADE,
    "instancias.json": INSTANCIAS,
}


def documents() -> dict[str, str]:
    """Gives each file's name and text."""
    return {
        name: json.dumps(board.as_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name, board in BOARDS.items()
    }


def stale(folder: Path) -> list[str]:
    """Names the files that are not what the source gives."""
    return [
        name
        for name, text in documents().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Writes or checks, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not current")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the files are (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.check:
        names = stale(arguments.folder)
        for name in names:
            print(f"{name} is not what the source gives: run .venv/bin/python dashboards/generate.py", file=sys.stderr)
        return 1 if names else 0
    for name, text in documents().items():
        (arguments.folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
