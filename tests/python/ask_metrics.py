"""Asks MetricFlow in the project of the working folder: questions come in, lists of a metric and classes; answers go out."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

flow = CLIConfiguration()
flow.setup(dbt_profiles_path=Path("profiles"), dbt_project_path=Path.cwd(), configure_file_logging=False)
answers = []
for name, *groups in json.load(sys.stdin):
    table = flow.mf.query(MetricFlowQueryRequest.create(metric_names=[name], group_by_names=groups)).result_df
    assert table is not None
    rows = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in table.rows]
    answers.append(([name, *groups], rows))
print(json.dumps(answers, default=str))
