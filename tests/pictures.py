"""Takes the pictures of docs/tour.md and docs/boards.md from the sample's publication in warehouse/: `make run dashboard pictures`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HOME = Path(__file__).resolve().parents[1]
CUSTOMER = "C053a6573062c478"
HEIGHTS = {"executive": 1480, "sales": 2560, "marketing": 2080, "service": 1800, "quality": 1880, "models": 1240}

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for language in ("en", "zh"):
        page = HOME / f"dashboard/customer.{language}.html"
        command = [sys.executable, "-m", "grading", "explain", CUSTOMER, "--lang", language, "--html", str(page)]
        subprocess.run(command, cwd=HOME, check=True)
        for name, width, height in [
            *((board, 1400, height) for board, height in HEIGHTS.items()),
            ("customer", 1100, 1500),
        ]:
            view = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=0.75)
            view.goto((HOME / f"dashboard/{name}.{language}.html").as_uri())
            view.screenshot(path=HOME / f"docs/img/{name}.{language}.png")
    browser.close()
