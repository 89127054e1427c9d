"""Whole days, replayed through the shipped rules: what each must raise, and that it raises nothing else."""

from __future__ import annotations

import os
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from day_model import during, notation, replayed
from days import DAYS, Day
from replay import promtool_test
from rules import all_alerts
from testkit.paths import tool
from testkit.process import run

ALWAYS = {("Watchdog", "none")}


def verdict(day: Day) -> str:
    """What promtool has against a day; empty when it went as told."""
    with tempfile.TemporaryDirectory(prefix="ifinu-day-") as folder:
        file = Path(folder) / "day.yml"
        file.write_text(promtool_test(day))
        result = run(tool("promtool"), "test", "rules", str(file))
    return "" if result.returncode == 0 else result.stdout + result.stderr


class DayTests(unittest.TestCase):
    def test_every_day_raises_what_it_names_in_time_and_nothing_else(self) -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            verdicts = list(pool.map(verdict, DAYS))
        for day, found in zip(DAYS, verdicts, strict=True):
            with self.subTest(day.name):
                self.assertEqual(found, "")

    def test_every_alert_fires_on_some_day(self) -> None:
        fired = {fires.key for day in DAYS for fires in day.fires}
        self.assertEqual(fired | ALWAYS, {alert.key for alert in all_alerts()})

    def test_nobody_is_paged_for_what_is_a_tenants_own(self) -> None:
        for words in ("a bad list:", "a phone off", "twelve phones", "phones that go off", "three slow numbers", "opted out"):
            found = [day for day in DAYS if words in day.name]
            self.assertTrue(found, words)
            for day in found:
                self.assertNotIn("critical", {fires.severity for fires in day.fires}, day.name)

    def test_a_day_that_expects_too_much_or_too_little_does_not_pass(self) -> None:
        quiet, broken = DAYS[0], next(day for day in DAYS if "Redis" in day.name)
        self.assertIn("RedisForaDoAr", verdict(Day("nothing expected", broken.changes)))
        self.assertIn("RedisForaDoAr", verdict(Day("nothing happens", quiet.changes, broken.fires)))


class ModelTests(unittest.TestCase):
    def test_no_message_is_lost_or_made(self) -> None:
        series = replayed((during("00:00", "24:00", arrivals=100.0, failing={"numero_inexistente": 0.25}),))

        def ends(text: str) -> float:
            return sum(values[-1] or 0 for name, values in series.items() if text in name)

        sent, dead = ends('mensagens_total') - ends('destino="reagendada"'), ends("mortas_total")
        self.assertAlmostEqual(sent, 24 * 60 * 100)
        self.assertAlmostEqual(dead, 24 * 60 * 25)

    def test_what_is_out_of_reach_waits_and_its_age_grows(self) -> None:
        series = replayed((during("00:00", "24:00", arrivals=100.0), during("10:00", "10:10", redis=False)))
        name = 'whatsapp_fila_tamanho{namespace="ifinu-production",job="ifinu",instance="a:9464",fila="whatsapp"}'
        self.assertEqual(series[name][600:610], [None] * 10)
        self.assertEqual(series[name][610], 0)

    def test_values_are_written_as_promtool_reads_them(self) -> None:
        for values, text in [
            ([1, 1, 1, 2], "1x2 2"), ([None, None, 5.5], "_ _x1 5.5"), ([3, None, None, 4], "3 stale _x1 4"),
        ]:
            with self.subTest(text):
                self.assertEqual(notation(values), text)


if __name__ == "__main__":
    unittest.main()
