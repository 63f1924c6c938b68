"""A dbt project that is linked to ours, for tools that read one and a publication: MetricFlow, dbt's documents."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.contract import HOME
from grading.errors import BadInput

PARTS = ("dbt_project.yml", "models", "macros", "seeds", "analyses", "tests", "profiles")


@contextmanager
def linked_project(published: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """The folder of the project, and the environment in which dbt reads the publication (target `published`) and tells nobody."""
    with tempfile.TemporaryDirectory(prefix="project-") as folder:
        for name in PARTS:
            (Path(folder) / name).symlink_to(HOME / name)
        yield Path(folder), os.environ | {
            "GRADING_TARGET": "published", "GRADING_PUBLISHED": str(published.resolve()), "DBT_PROFILES_DIR": str(HOME / "profiles"),
            "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONPATH": str(HOME),
        }  # fmt: skip


def write_docs(published: Path, file: Path) -> None:
    """Write dbt's documents of the project, with the columns of a publication, as one page. Raises BadInput with what dbt says."""
    with linked_project(published) as (folder, environment):
        command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "docs", "generate", "--static"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        page = folder / "target" / "static_index.html"
        if done.returncode or not page.exists():
            raise BadInput(f"dbt's documents cannot be made: {(done.stdout + done.stderr).strip()[-600:]}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.read_bytes())
