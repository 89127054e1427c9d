"""The image's recipe: what the program needs is in it, and what a cluster demands of it holds."""

from __future__ import annotations

import re
import unittest

from testkit.paths import REPOSITORY, ifinu, tool
from testkit.process import run

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
# Every Debian has these, or they are linked into the program.
BUILT_IN = re.compile(r"lib(c|m|stdc\+\+|gcc_s)\.so|ld-linux|lib(swift|dispatch|BlocksRuntime|Foundation|_Foundation)")


def packages(stage: str) -> set[str]:
    """The packages that a stage installs."""
    line = re.search(r"apt-get install -y --no-install-recommends((?:\\\n|[^&\n])*)", stage)
    return set(line[1].replace("\\\n", " ").split()) if line else set()


class ImageTests(unittest.TestCase):
    """The Dockerfile beside the program and the Makefile."""

    def setUp(self) -> None:
        self.build, self.runtime = re.split(r"^FROM debian:", DOCKERFILE, flags=re.MULTILINE)

    def test_builds_with_the_libraries_that_the_makefile_names(self) -> None:
        makefile = (REPOSITORY / "Makefile").read_text()
        named = set(re.search(r"^LIBRARIES := (.*)$", makefile, re.MULTILINE)[1].split())
        self.assertEqual(packages(self.build), {name for name in named if name.endswith("-dev")})

    def test_runs_with_every_library_that_the_program_needs(self) -> None:
        dynamic = run(tool("readelf"), "-d", ifinu(), check=True).stdout
        needed = [name for name in re.findall(r"NEEDED.*\[(.+)\]", dynamic) if not BUILT_IN.match(name)]
        self.assertTrue(needed)
        for name in needed:
            owner = run(tool("dpkg"), "-S", f"*/{name}", check=True).stdout.split(":")[0]
            with self.subTest(library=name):
                self.assertIn(owner, packages(self.runtime))

    def test_runs_as_a_number_that_kubernetes_can_tell_from_root(self) -> None:
        self.assertRegex(self.runtime, r"(?m)^USER 10001:10001$")

    def test_is_the_program_without_a_shell(self) -> None:
        self.assertRegex(self.runtime, r'(?m)^ENTRYPOINT \["ifinu"\]$')
        self.assertRegex(self.runtime, r'(?m)^HEALTHCHECK .*CMD \["ifinu", "health"\]$')

    def test_listens_where_it_says(self) -> None:
        port = re.search(r"(?m)^EXPOSE (\d+)$", self.runtime)[1]
        self.assertIn(f"IFINU_HTTP_ADDRESS=0.0.0.0:{port}", self.runtime)
        shown = run(ifinu(), "config", check=True, env={"IFINU_HTTP_ADDRESS": f"0.0.0.0:{port}"}).stdout
        self.assertIn(f"0.0.0.0:{port}", shown)

    def test_writes_version_and_commit_where_the_program_keeps_them(self) -> None:
        source = (REPOSITORY / "Sources/ifinu/BuildInfo.swift").read_text()
        for name in ("version", "commit"):
            with self.subTest(name):
                self.assertEqual(len(re.findall(rf'{name} = "[^"]*"', source)), 1)
                self.assertIn(f's/{name} = \\"[^\\"]*\\"/', self.build)
        version = re.search(r'version = "([^"]*)"', source)[1]
        self.assertEqual(set(re.findall(r"ARG VERSION=(.*)", DOCKERFILE)), {version})


if __name__ == "__main__":
    unittest.main()
