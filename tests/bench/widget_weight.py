"""What the widget costs a clinic's page: `python -m tests.bench.widget_weight`.

Sizes, and in a real Chromium with its processor slowed down four times: how long the main thread
was blocked, how long scripts ran, and whether anything moved. Prints what docs/widget.md quotes.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bot.channels.web import widget_files
from bot.setup import chromium
from tests.scripted_dialogue import sqlite_clinic
from tests.widget_site import Site, clinic_page, serving
from tests.widget_visitor import Widget

_RUNS, _SLOW_DOWN = 9, 4
_WATCH = """window.seen = {tasks: [], shift: 0};
new PerformanceObserver((list) => list.getEntries().forEach((e) => seen.tasks.push(e.duration)))
    .observe({type: 'longtask', buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.shift += e.value; }))
    .observe({type: 'layout-shift', buffered: true});"""


def main() -> None:
    """Measures, and prints."""
    _sizes()
    with tempfile.TemporaryDirectory() as var, sqlite_clinic(Path(var)) as clinic:
        site = Site(clinic, Path(var))
        bare = (
            clinic_page(site.address)
            .replace("<script", "<!-- script")
            .replace("</script>", "/script -->")
        )
        try:
            with serving({"": clinic_page(site.address), "bare": bare}) as address:
                _measure(address)
        finally:
            site.stop()


def _sizes() -> None:
    folder = Path(widget_files.__file__).parent / "static" / "widget"
    for name in ("loader.js", "app.js", "texts/en.json", "texts/es.json"):
        content = (folder / name).read_bytes()
        print(f"{name}: {len(content)} bytes, {len(gzip.compress(content, 9))} gzip")


def _measure(address: str) -> None:
    with sync_playwright() as playwright:
        path = chromium.find()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, page in (("without the widget", "bare"), ("with the widget", "")):
            runs = [_load(browser, f"{address}/{page}", opens=False) for _ in range(_RUNS)]
            _print(f"load {name}", runs)
        _print("load and open", [_load(browser, address, opens=True) for _ in range(_RUNS)])
        browser.close()


def _load(browser: Browser, address: str, *, opens: bool) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOW_DOWN})
    devtools.send("Performance.enable")
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)
    if opens:
        Widget(page).opens()
        page.locator("faqbot-chat button.main").wait_for()
        page.wait_for_timeout(500)
    metrics = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
    seen: Any = page.evaluate("seen")
    context.close()
    return {
        "blocked": sum(max(0.0, task - 50) for task in seen["tasks"]),
        "script": 1000 * metrics["ScriptDuration"],
        "shift": seen["shift"],
    }


def _print(name: str, runs: list[dict[str, float]]) -> None:
    blocked, script = ([run[key] for run in runs] for key in ("blocked", "script"))
    print(
        f"{name}: blocked {statistics.median(blocked):.0f} ms (worst {max(blocked):.0f}), scripts"
        f" {statistics.median(script):.0f} ms, layout shift {max(run['shift'] for run in runs):.3f}"
    )


if __name__ == "__main__":
    main()
