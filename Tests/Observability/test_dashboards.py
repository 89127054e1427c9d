"""The dashboards as documents: current, valid by Grafana's schema, laid out without overlap, linked, described."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
import tempfile
import unittest
from collections import Counter
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from unittest import mock

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards import generate
from dashboards.interpolation import panels
from dashboards.source import queries
from testkit.paths import REPOSITORY

DASHBOARDS = REPOSITORY / "dashboards"
BOARDS = {name: json.loads((DASHBOARDS / name).read_text(encoding="utf-8")) for name in generate.BOARDS}
UIDS = {
    "visao-geral.json": "ifinu-visao-geral",
    "operacao.json": "ifinu-operacao",
    "capacidade.json": "ifinu-capacidade",
    "instancias.json": "ifinu-instancias",
}
COLUMNS = 24


def lost(written: Any, read: Any, place: str = "") -> list[str]:
    """Names what the schema's models did not take over from the document, or took differently."""
    if isinstance(written, dict) and isinstance(read, dict):
        return [
            text
            for key, value in written.items()
            for text in (lost(value, read[key], f"{place}/{key}") if key in read else [f"{place}/{key} is unknown"])
        ]
    if isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        return [text for i, (a, b) in enumerate(zip(written, read)) for text in lost(a, b, f"{place}/{i}")]
    return [] if written == read else [f"{place}: {written!r} became {read!r}"]


def encoded(model: Any) -> Any:
    """Gives the JSON that a model of the SDK writes."""
    return json.loads(json.dumps(model, cls=JSONEncoder))


def mistyped(value: Any, hint: Any, place: str) -> list[str]:
    """Names the values that are not of the type that the schema's models declare."""
    origin = get_origin(hint)
    if origin is Union:
        return min((mistyped(value, option, place) for option in get_args(hint)), key=len)
    if origin is Literal:
        return [] if value in get_args(hint) else [f"{place}: {value!r} is none of {get_args(hint)}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{place}: {value!r} is no list"]
        return [text for i, item in enumerate(value) for text in mistyped(item, get_args(hint)[0], f"{place}/{i}")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{place}: {value!r} is no map"]
        return [text for key, item in value.items() for text in mistyped(item, get_args(hint)[1], f"{place}/{key}")]
    if hint in (Any, object):
        return members(value, place)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [] if value in [option.value for option in hint] else [f"{place}: {value!r} is no {hint.__name__}"]
    if not isinstance(hint, type):
        return []
    if isinstance(value, dict) and callable(getattr(hint, "from_json", None)):
        # The SDK leaves some members as it finds them.
        model = hint.from_json(value)
        return lost(value, encoded(model), place) + members(model, place)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return []
    wrong = not isinstance(value, hint) or (hint is int and isinstance(value, bool))
    return [f"{place}: {value!r} is no {hint.__name__}"] if wrong else members(value, place)


def members(model: Any, place: str) -> list[str]:
    """Looks into a model of the SDK; anything else has nothing to look into."""
    if not callable(getattr(model, "to_json", None)):
        return []
    hints = get_type_hints(type(model), vars(sys.modules[type(model).__module__]))
    return [text for name, value in vars(model).items() for text in mistyped(value, hints[name], f"{place}/{name}")]


def overlaps(board: dict[str, Any]) -> list[str]:
    """Names the cells of the grid that two panels claim."""
    cells: Counter[tuple[int, int]] = Counter()
    for panel in board["panels"]:
        place = panel["gridPos"]
        columns, lines = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        cells.update((x, y) for x in columns for y in lines)
    return [f"{cell} is claimed {times} times" for cell, times in cells.items() if times > 1]


class DashboardTests(unittest.TestCase):
    """What holds for each of the documents."""

    def test_are_what_the_source_gives(self) -> None:
        self.assertEqual(generate.stale(DASHBOARDS), [], "run .venv/bin/python dashboards/generate.py")

    def test_check_fails_for_a_document_that_was_edited_by_hand(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in BOARDS:
                shutil.copy(DASHBOARDS / name, folder)
            edited = Path(folder, "operacao.json")
            edited.write_text(edited.read_text(encoding="utf-8").replace('"refresh": "30s"', '"refresh": "5s"'))
            arguments = ["generate.py", "--check", "--folder", folder]
            with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stderr(io.StringIO()) as errors:
                self.assertEqual(generate.main(), 1)
            self.assertIn("operacao.json", errors.getvalue())

    def test_are_valid_by_grafanas_schema(self) -> None:
        register_default_plugins()
        for name, board in BOARDS.items():
            with self.subTest(name):
                model = Dashboard.from_json(board)
                self.assertEqual(lost(board, encoded(model)), [])
                self.assertEqual(mistyped(model, Dashboard, name), [])

    def test_the_schema_check_sees_unknown_members_and_wrong_types(self) -> None:
        register_default_plugins()
        broken = json.loads(json.dumps(BOARDS["visao-geral.json"]))
        broken["panels"][1]["options"]["grafMode"] = "area"
        broken["panels"][1]["gridPos"]["w"] = "4"
        broken["graphTooltip"] = 7
        model = Dashboard.from_json(broken)
        self.assertEqual(lost(broken, encoded(model)), ["/panels/1/options/grafMode is unknown"])
        found = " ".join(mistyped(model, Dashboard, ""))
        self.assertIn("'4' is no int", found)
        self.assertIn("7 is no DashboardCursorSync", found)

    def test_have_fixed_uids_and_unique_panel_ids(self) -> None:
        self.assertEqual({name: board["uid"] for name, board in BOARDS.items()}, UIDS)
        for name, board in BOARDS.items():
            identifiers = [panel["id"] for panel in board["panels"]]
            self.assertEqual(len(identifiers), len(set(identifiers)), name)
            self.assertNotIn("id", board, "the number is the server's to give")

    def test_can_be_provisioned_without_the_import_wizard(self) -> None:
        for name in BOARDS:
            text = (DASHBOARDS / name).read_text(encoding="utf-8")
            self.assertNotIn("__inputs", text)
            self.assertNotIn("DS_PROMETHEUS", text)

    def test_fill_the_grid_without_overlap(self) -> None:
        for name, board in BOARDS.items():
            self.assertEqual(overlaps(board), [], name)
            for panel in board["panels"]:
                self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], COLUMNS, panel["title"])

    def test_link_to_each_other_with_time_and_variables(self) -> None:
        for name, board in BOARDS.items():
            targets = {link["url"] for link in board["links"]}
            self.assertEqual(targets, {f"/d/{uid}" for other, uid in UIDS.items() if other != name})
            self.assertTrue(all(link["keepTime"] and link["includeVars"] for link in board["links"]))

    def test_every_panel_says_what_to_do_when_it_looks_bad(self) -> None:
        for board in BOARDS.values():
            for panel in panels(board):
                shows, _, action = panel["description"].partition("\n\n**Se estiver ruim:** ")
                self.assertGreater(len(shows), 20, panel["title"])
                self.assertGreater(len(action), 20, panel["title"])

    def test_what_is_a_tenants_own_is_the_same_as_in_the_rules(self) -> None:
        rules = (REPOSITORY / "alerts" / "rules" / "recording.yml").read_text(encoding="utf-8")
        self.assertIn(f"{{{queries.NOT_OURS}}}", rules)

    def test_have_the_variables_that_people_choose_by(self) -> None:
        for board in BOARDS.values():
            names = [variable["name"] for variable in board["templating"]["list"]]
            self.assertEqual(names[:5], ["datasource", "namespace", "job", "instance", "fila"])


if __name__ == "__main__":
    unittest.main()
