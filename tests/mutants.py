"""Break the code in one place at a time and see the tests notice: `make mutate`.

Each mutant is a file, a text in it, what replaces it, and the tests that must fail then. They run on a copy of the project, two
at a time. A mutant that survives is a hole in the tests; one whose text is gone is an entry to renew. Exit code 1 for either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

HOME = Path(__file__).resolve().parent.parent
KEPT = (
    "models", "macros", "seeds", "tests", "profiles", "grading", "analyses", "docs", "examples", "dbt_project.yml", "pyproject.toml",
    "dbt-bouncer.yml", ".sqlfluff", "README.md",
)  # fmt: skip
INTERMEDIATE = "models/intermediate"


@dataclass(frozen=True)
class Mutant:
    """A change that a test must notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    # Gates
    Mutant("what blocks only warns", "grading/gates/gate.py", 'row["severity"] == "block" and not', 'row["severity"] == "blocks" and not',
           "test_gates.py::test_a_planted_defect_is_found[cut]"),
    Mutant("few rows block", "macros/scoring/observed.sql", "< 100 as is_small", "< 0 as is_small", "test_gates.py::test_what_was_few_only_warns"),
    Mutant("the last publication is any", f"{INTERMEDIATE}/observations/int_figures_before.sql",
           "max(earlier.published_at) over ()", "min(earlier.published_at) over ()", "test_gates.py::test_clean_nights_pass"),
    Mutant("a lost customer is not missed", f"{INTERMEDIATE}/observations/int_graded_figures.sql",
           "grades.customer_key is null and moves", "grades.customer_key is not null and moves", "test_gates.py::test_a_planted_defect_is_found[of_few]"),
    Mutant("what was let through is not logged", "grading/refresh.py", '"let_through_because": one.let_through_because',
           '"let_through_because": None', "test_gates.py::test_a_refused_refresh_says_what_and_where_and_can_be_let_through"),
    # Exports
    Mutant("an older run is dropped too early", "grading/releases/exports.py", "RUNS_KEPT = 2", "RUNS_KEPT = 0", "test_exports.py"),
    # Grades
    Mutant("the prior-year window includes this year", f"{INTERMEDIATE}/purchases/int_purchases_summed.sql",
           "activity_date <= year_after and activity_date > prior_year_after", "activity_date > prior_year_after", "test_golden.py"),
    Mutant("M is ranked across kinds", f"{INTERMEDIATE}/rfm/int_rfm_classified.sql",
           "tie_bounds('as_of_date, criteria_version, customer_kind', 'rfm_net_amount')", "tie_bounds('as_of_date, criteria_version', 'rfm_net_amount')", "test_golden.py"),
    Mutant("thin_history from one order more on", f"{INTERMEDIATE}/grading/int_grade_reasons.sql",
           "order_count < thin_history_min_orders", "order_count <= thin_history_min_orders", "test_grading.py::test_reasons_at_their_limits"),
    Mutant("migrations are joined without kind", "models/marts/history/tier_migrations.sql",
           "        and starts.customer_kind = ends.customer_kind\n", "", "test_golden.py"),
    Mutant("the last active day is dormant", f"{INTERMEDIATE}/lifecycle/int_lifecycle_classified.sql",
           "recency_days <= criteria.active_max_days", "recency_days < criteria.active_max_days", "test_refresh.py::test_plain_dbt_build_needs_nothing_of_ours"),
    Mutant("the top share is one short", f"{INTERMEDIATE}/value/int_value_tiers_classified.sql",
           "<= criteria.tier_high_share * ranked.population", "< criteria.tier_high_share * ranked.population",
           "test_refresh.py::test_plain_dbt_build_needs_nothing_of_ours"),
    Mutant("margin decides at no margin", f"{INTERMEDIATE}/value/int_value_bases.sql",
           "costed_net_amount > 0 and margin_amount > 0 then 'margin_amount'", "costed_net_amount > 0 then 'margin_amount'",
           "test_records.py::test_unknown_cost_is_not_a_margin_of_zero"),
    Mutant("unknown cost is a margin of zero", f"{INTERMEDIATE}/value/int_value_tiers_classified.sql",
           "times('measures.tier_net_amount - measures.tier_costed_net_amount', 'bases.margin_rate')", "times('0', 'bases.margin_rate')",
           "test_records.py::test_unknown_cost_is_not_a_margin_of_zero"),
    Mutant("percentiles are drawn at the limit, too", f"{INTERMEDIATE}/grading/int_history_scored.sql",
           "ranked.population < criteria.score_min_population", "ranked.population <= criteria.score_min_population",
           "test_records.py::test_nobody_is_ranked_by_a_kind_of_one"),
    Mutant("tenure weighs as much as money", f"{INTERMEDIATE}/grading/int_history_scored.sql",
           "max(case when measure = '{{ measure }}' then weight end)", "max(weight)", "test_golden.py"),
    # What existed when
    Mutant("a parent is one before it was named", f"{INTERMEDIATE}/as_of/int_customers_by_date.sql",
           " and due.as_of_date >= parents.named_from", "", "test_past.py::test_what_exists_when"),
    Mutant("versions count before their record exists", f"{INTERMEDIATE}/identity/int_customer_versions_graded.sql",
           "greatest(versions.valid_from, records.exists_from) as valid_from", "versions.valid_from", "test_past.py::test_what_exists_when"),
    Mutant("pending orders make nobody exist", f"{INTERMEDIATE}/identity/int_records.sql",
           "    where record_key is not null\n    group by record_key\n),\n\nknown", "    where record_key is not null and not is_pending\n    group by record_key\n),\n\nknown",
           "test_past.py::test_an_earlier_date_has_its_own_population"),
    Mutant("ghosts stay in the history", f"{INTERMEDIATE}/grading/int_grades_over_time.sql",
           " and kept.fingerprint = dates.fingerprint", "", "test_past.py::test_a_shorter_folder_leaves_no_ghosts"),
    Mutant("the fingerprint lacks the purchases", f"{INTERMEDIATE}/as_of/int_dates_fingerprinted.sql",
           "{{ fact_hashes('int_purchase_days') }}\n    union all\n    ", "", "test_incremental.py::test_every_input_of_a_grade_is_in_the_fingerprint"),
    Mutant("the fingerprint lacks what ends a row", "macros/publish/fact_hashes.sql",
           "where {{ until }} < date '9999-12-31'", "where false", "test_incremental.py::test_every_input_of_a_grade_is_in_the_fingerprint"),
    # Money
    Mutant("the longest route of rates wins", f"{INTERMEDIATE}/money/int_exchange_rates.sql",
           "order by detour, is_first_fallback", "order by detour desc, is_first_fallback", "test_records.py"),
    Mutant("the central bank's first leg wins", f"{INTERMEDIATE}/money/int_exchange_rates.sql",
           "detour, is_first_fallback)", "detour, is_first_fallback desc)", "test_records.py::test_of_two_routes_of_rates_the_landed_first_leg"),
    Mutant("refunds do not lower the margin", f"{INTERMEDIATE}/money/int_customer_days.sql",
           "        case when is_costed then cast(-refunded_amount as decimal(18, 4)) else {{ zero }} end\n    from", "        {{ zero }}\n    from", "test_golden.py"),
    Mutant("refunds exceed their orders", f"{INTERMEDIATE}/money/int_refunds_applied.sql",
           "least(greatest(returned_so_far, refunded_so_far), order_gross_amount) as total_amount", "greatest(returned_so_far, refunded_so_far) as total_amount",
           "test_records.py"),
    Mutant("a guest's refund is the named customer's", f"{INTERMEDIATE}/orders/int_refunds_valued.sql",
           "case when orders.order_ref is not null then orders.record_key else refunds.record_key end", "coalesce(orders.record_key, refunds.record_key)",
           "test_records.py::test_refunds_of_guests_and_lines_without_price"),
    Mutant("one of two orders of a day undoes the day", f"{INTERMEDIATE}/money/int_customer_days.sql",
           "    max(stands_until) as stands_until", "    min(stands_until) as stands_until", "test_records.py::test_undone_purchases"),
    Mutant("a purchase stands on the day it is undone", f"{INTERMEDIATE}/purchases/int_purchase_days_dated.sql",
           "days.stands_until > customers.as_of_date", "days.stands_until >= customers.as_of_date", "test_records.py::test_undone_purchases"),
    Mutant("an order of the as-of date is pending", f"{INTERMEDIATE}/money/int_orders_converted.sql",
           "orders.order_date > settings.as_of_date", "orders.order_date >= settings.as_of_date", "test_records.py"),
    Mutant("a tenth of the largest amount", "macros/money/largest_amount.sql", "    1000000000000\n", "    100000000000\n", "test_records.py::test_large_money"),
    # Records and identity
    Mutant("an equal version is superseded", "macros/cleaning/resolve_records.sql", "has_whole_key and version_at < max(", "has_whole_key and version_at <= max(",
           "test_records.py::test_duplicate_keys"),
    Mutant("keys of two raw tables are not seen", "macros/cleaning/resolve_records.sql", "having count(*) > 1\n", "having count(*) > 99\n",
           "test_records.py::test_a_key_in_two_raw_tables_is_decided_as_in_one"),
    Mutant("midnight is shifted", "macros/cleaning/local_timestamp.sql", "'^00:00(:00([.]0+)?)?$'", "'^24:00$'", "test_records.py::test_days_of_a_source_stay_its_days"),
    Mutant("a | b, c and a, b | c are one", "macros/cleaning/key_text.sql", "then concat('|', cast(length({{ source_system }}) as {{ dbt.type_string() }}), '|', {{ source_system }})",
           "then {{ source_system }}", "test_identity.py::test_keys_that_read_alike_are_two"),
    Mutant("circles of leads are linked", f"{INTERMEDIATE}/identity/int_links.sql", "    where problem is null\n", "    where converted_from is not null\n",
           "test_identity.py::test_leads_that_were_converted_to_nobody"),
    Mutant("components stop at the second neighbour", "macros/engine/connected_components.sql", "        where (select max(is_changed) from labels)", "        where labels.round < 1",
           "test_identity.py::test_components_equal_those_of_union_find"),
    Mutant("a grant of the day of a refusal counts", f"{INTERMEDIATE}/profile/int_customer_permissions.sql",
           "latest.granted_date > latest.refused_date", "latest.granted_date >= latest.refused_date",
           "test_identity.py::test_permission_is_the_latest_statement"),
    # Python
    Mutant("an unclosed quote takes the lines after it", "grading/landing/spool.py", "give_up(len(pending) - 1)", "give_up(len(pending))", "test_landing.py::test_an_unclosed_quote_costs_its_own_line"),
    Mutant("what is no UTF-8 is Chinese", "grading/landing/spool.py", "right <= wrong and _is_chinese(path)", "right <= wrong", "test_landing.py::test_cp1252_is_not_taken_for_chinese"),
    Mutant("a cut file of the store is whole", "grading/database.py", "return file.read(4) == b\"PAR1\" and file.seek(-4, os.SEEK_END) >= 8 and file.read(4) == b\"PAR1\"", "return True",
           "test_landing.py::test_what_is_damaged_in_the_store_is_landed_anew"),
    Mutant("a manifest is a publication", "grading/releases/warehouse.py", "if (path / MARK).exists() or path == current]", "if (path / \"manifest.json\").exists()]",
           "test_refresh.py::test_a_release_is_published_by_its_mark_or_because_readers_are_led_to_it"),
    Mutant("a signal after the swap throws the release away", "grading/refresh.py", "if warehouse.is_current(warehouse.releases / run_id):", "if False:",
           "test_refresh.py::test_nothing_after_the_swap_removes_the_publication"),
    Mutant("workers are forked", "grading/landing/phones.py", "get_context(\"spawn\")", "get_context(\"fork\")", "test_refresh.py::test_workers_hold_no_lock_and_end_with_their_parent"),
    Mutant("text of data reaches the terminal", "grading/errors.py", "unicodedata.category(character) not in (\"Cc\", \"Cf\", \"Cs\")", "True", "test_refresh.py::test_text_of_data_is_only_text"),
    Mutant("versions need not be complete", "grading/criteria.py", "            if (version, *combination) not in there:", "            if False:", "test_rules.py::test_wrong_rules_are_refused"),
    Mutant("words of seeds are not quoted", "macros/engine/sql_literal.sql", "text | replace(\"'\", \"''\") ~ \"'\") }}{% endmacro %}\n\n{% macro spark", "text ~ \"'\") }}{% endmacro %}\n\n{% macro spark",
           "test_rules.py::test_hostile_words_are_only_words"),
)  # fmt: skip


def killed(mutant: Mutant, copy: Path) -> tuple[str, float]:
    """'killed' if the tests fail on the mutant, 'SURVIVED' if they pass, 'GONE' if there is nothing to replace."""
    begun = time.perf_counter()
    path = copy / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) < 1:
        return "GONE", 0.0
    path.write_text(text.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"tests/python/{mutant.tests}"]
        result = subprocess.run(
            command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
        )
    finally:
        path.write_text(text, encoding="utf-8")
    # 1: tests failed. 2 and more: they could not run at all, which shows nothing.
    state = {0: "SURVIVED", 1: "killed"}.get(result.returncode, f"pytest ended with {result.returncode}")
    return state, time.perf_counter() - begun


def main() -> int:
    """Try all mutants, or those whose description holds the text given."""
    wanted = [mutant for mutant in MUTANTS if not sys.argv[1:] or sys.argv[1] in mutant.what]
    copies: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            copy = Path(folder) / f"copy{number}"
            copy.mkdir()
            for name in KEPT:
                source = HOME / name
                (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
            copies.put(copy)

        def attempt(mutant: Mutant) -> str:
            copy = copies.get()
            state, seconds = killed(mutant, copy)
            copies.put(copy)
            print(f"{state:9} {seconds:5.0f} s  {mutant.what}", flush=True)
            return state

        with ThreadPoolExecutor(2) as pool:
            states = list(pool.map(attempt, wanted))
    print(f"{states.count('killed')} of {len(wanted)} killed")
    return int(states.count("killed") < len(wanted))


if __name__ == "__main__":
    sys.exit(main())
