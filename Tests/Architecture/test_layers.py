"""The modules of Sources: the layers' order, and that each target declares what it imports and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import unittest
from functools import cache
from pathlib import Path

from testkit.paths import REPOSITORY

LAYERS = ["System", "Kit", "Domain", "Adapters", "ifinu"]
# What comes with the toolchain and needs no declaration.
TOOLCHAIN = {
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Testing",
}
IMPORT = re.compile(r"^(?:public |package |internal |private )?(?:@testable )?import (\w+)", re.MULTILINE)


@cache
def targets() -> dict[str, dict]:
    """The package's targets by name, as the package manager reads Package.swift."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return {target["name"]: target for target in json.loads(dump.stdout)["targets"]}


def folder(target: dict) -> Path:
    default = "Tests" if target["type"] == "test" else "Sources"
    return REPOSITORY / (target.get("path") or f"{default}/{target['name']}")


def layer(name: str) -> str | None:
    """The layer of a target; nil for tests and what they share."""
    parts = folder(targets()[name]).relative_to(REPOSITORY).parts
    return parts[1] if parts[0] == "Sources" else None


def declared(name: str) -> set[str]:
    """The modules that a target declares as dependencies; a product is taken for the module of its name."""
    return {next(iter(dependency.values()))[0] for dependency in targets()[name]["dependencies"]}


def imported(name: str) -> dict[str, list[str]]:
    """The modules that a target's files import, with the files."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder(targets()[name]).rglob("*.swift")):
        # A script in another language may stand in a text; its lines are indented.
        for module in IMPORT.findall(file.read_text()):
            found.setdefault(module, []).append(str(file.relative_to(REPOSITORY)))
    return found


def swift_targets() -> list[str]:
    return [name for name, target in targets().items() if target["type"] != "system"]


def arrows_of_the_page() -> dict[str, tuple[str, set[str]]]:
    """Each module's layer and what it may import within it, as docs/ARCHITECTURE.md lists them."""
    page = (REPOSITORY / "docs/ARCHITECTURE.md").read_text()
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| (\w+) \| [^|]* \| ([^|]*) \|$", page, re.MULTILINE)
    return {
        module: (layer, set(re.findall(r"`(\w+)`", within)))
        for modules, layer, within in rows
        for module in re.findall(r"`(\w+)`", modules)
    }


class LayerTests(unittest.TestCase):
    def test_every_target_of_sources_is_in_a_layer_and_on_the_page(self):
        page = arrows_of_the_page()
        for name in targets():
            found = layer(name)
            if found in (None, "ifinu"):
                continue
            with self.subTest(name):
                self.assertIn(found, LAYERS)
                self.assertEqual(page.get(name, (None,))[0], found, "docs/ARCHITECTURE.md has no such row")
        self.assertEqual(set(page) - set(targets()), set(), "the page lists modules that are not there")

    def test_imports_run_downwards_and_within_a_layer_as_the_page_lists(self):
        page = arrows_of_the_page()
        for name in swift_targets():
            own = layer(name)
            if own is None:
                continue
            within = {module for module in imported(name) if module in targets() and layer(module) == own}
            with self.subTest(name):
                for module in imported(name):
                    if module in targets():
                        self.assertIsNotNone(layer(module), f"{name} imports {module} of the tests")
                        self.assertLessEqual(LAYERS.index(layer(module)), LAYERS.index(own), f"{name} → {module}")
                if own != "ifinu":
                    self.assertEqual(within, page[name][1])

    def test_domain_imports_neither_sockets_nor_files(self):
        for name in swift_targets():
            if layer(name) == "Domain":
                with self.subTest(name):
                    outward = {"Platform", "Redis", "HTTPClient", "HTTPServer", "Glibc", "Telemetry"}
                    self.assertEqual(outward & set(imported(name)), set())

    def test_a_c_library_is_imported_by_one_module(self):
        for name, target in targets().items():
            if target["type"] == "system" and layer(name) is not None:
                with self.subTest(name):
                    users = [user for user in swift_targets() if name in imported(user)]
                    self.assertEqual(len(users), 1, users)

    def test_targets_declare_what_they_import_and_nothing_else(self):
        for name in swift_targets():
            with self.subTest(name):
                used = set(imported(name)) - TOOLCHAIN
                self.assertEqual(used - declared(name), set(), f"{name} imports what it does not declare")
                # Every test target may use what all tests share.
                shared = {"TestSupport"} if targets()[name]["type"] == "test" else set()
                unused = declared(name) - used - shared
                self.assertEqual(unused, set(), f"{name} declares what it does not import")


if __name__ == "__main__":
    unittest.main()
