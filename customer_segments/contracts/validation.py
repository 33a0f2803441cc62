"""Has Great Expectations check contracts on a database. Importing it takes seconds."""

import logging
import os
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

# Before the import: otherwise it reports its use over the network.
os.environ["GX_ANALYTICS_ENABLED"] = "False"

import great_expectations as gx
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.execution_engine import sqlalchemy_execution_engine

from customer_segments.contracts.contract import Check, Contract
from customer_segments.contracts.outcome import Outcome, Result

# It tells everyone where its temporary folder is.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)


class _Dialect(StrEnum):
    """DuckDB, in the form in which Great Expectations compares dialects."""

    DUCKDB = "duckdb"


_PAGES = "contracts"
_EXAMPLES = 3
# Only counts: values of rows at fault may be personal data.
_RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

# What Data Docs' pages load from the web, and a few styles in its place.
_FROM_THE_WEB = re.compile(
    r"<link[^>]*https?://[^>]*>|<script[^>]*https?://[^>]*>\s*</script>"
    r"|<img[^>]*https?://[^>]*>|<iframe[^>]*https?://.*?</iframe>",
    re.DOTALL,
)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_STYLE = """<style>
body{font-family:system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{border-bottom:1px solid #ddd;padding:.3rem .5rem;text-align:left;vertical-align:top}
a{color:#0b5}.fa-check-circle::before,.text-success::before{content:"✔ ";color:#080}
.fa-times::before,.text-danger::before{content:"✘ ";color:#b00}
.badge{background:#eee;border-radius:.3rem;padding:.05rem .3rem}
code,pre{white-space:pre-wrap;font-size:.85em}.modal,.hide-succeeded-validations,.cooltip{display:none}
ul{list-style:none;padding-left:0}img{max-height:2rem}
</style>"""


def validate(
    side: str, contracts: Sequence[Contract], database: Path, pages: Path
) -> list[Outcome]:
    """Check all contracts on a DuckDB file, and write Data Docs into the folder for pages.

    The file must not be open in this process with another configuration. Raises
    great_expectations.exceptions.GreatExpectationsError when it cannot be read.
    """
    _keep_connection()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.add_data_docs_site(
        _PAGES,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(pages),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    source = context.data_sources.add_sql(
        side, connection_string=f"duckdb:///{database}?access_mode=read_only"
    )
    definitions = [_definition(context, source, side, contract) for contract in contracts]
    checkpoint = gx.Checkpoint(
        name=side, validation_definitions=definitions, result_format=_RESULT_FORMAT
    )
    found = context.checkpoints.add(checkpoint).run().run_results.values()
    engine = source.get_execution_engine()
    with engine.get_connection() as connection:
        outcomes = [
            _outcome(side, contract, result, connection)
            for contract, result in zip(contracts, found, strict=True)
        ]
    # The file must be free for whoever writes to it next.
    connection.close()
    engine.close()
    source.get_engine().dispose()
    context.build_data_docs(site_names=[_PAGES])
    _without_the_web(pages)
    return outcomes


def _keep_connection() -> None:
    """Have the connection to DuckDB kept, as those to databases with temporary tables are.

    It is closed before the rows are fetched otherwise, and DuckDB's are gone by then: every metric
    ends with "list index out of range". A test fails when that is no longer needed.
    """
    kept = sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS
    if _Dialect.DUCKDB not in kept:
        sqlalchemy_execution_engine._PERSISTED_CONNECTION_DIALECTS = (*kept, _Dialect.DUCKDB)


def _definition(context: Any, source: Any, side: str, contract: Contract) -> Any:
    asset = source.add_table_asset(
        contract.table, table_name=contract.table, schema_name=contract.schema
    )
    data = asset.add_batch_definition_whole_table("all rows")
    expectations = [_expectation(check, number) for number, check in enumerate(contract.checks)]
    suite = gx.ExpectationSuite(f"{side}.{contract.table}", expectations=expectations)
    return context.validation_definitions.add(
        gx.ValidationDefinition(name=suite.name, data=data, suite=context.suites.add(suite))
    )


def _expectation(check: Check, number: int) -> Any:
    """Return a check as Great Expectations' own object."""
    kind = getattr(gx.expectations, check.expectation)
    arguments = dict(check.arguments)
    if check.at_most:
        arguments["mostly"] = 1 - check.at_most
    return kind(**arguments, description=check.sentence, meta={"check": number})


def _outcome(
    side: str,
    contract: Contract,
    found: ExpectationSuiteValidationResult,
    connection: Any,
) -> Outcome:
    by_number = {result.expectation_config.meta["check"]: result for result in found.results}
    results = [
        _result(check, by_number[number], connection)
        for number, check in enumerate(contract.checks)
    ]
    return Outcome(side, contract.table, tuple(results), contract.unseen)


def _result(check: Check, found: Any, connection: Any) -> Result:
    trouble = _exception(found.exception_info)
    if trouble:
        # Whatever it would have said: nobody can judge it.
        return Result(check.sentence, False, 0, (f"it could not be checked: {trouble}",))
    count = found.result.get("unexpected_count")
    if count is None and check.is_query:
        count = found.result.get("observed_value")
    if found.success and not count:
        return Result(check.sentence, True, 0, (), check.is_hard)
    shown = [f"found {found.result.get('observed_value')}"]
    if check.keys_at_fault:
        rows = connection.exec_driver_sql(check.keys_at_fault)
        shown = [str(row[0]) for row in rows.fetchmany(_EXAMPLES)]
    return Result(
        check.sentence,
        bool(found.success),
        int(count or 1),
        tuple(shown),
        check.is_hard,
    )


def _exception(info: Mapping[str, Any]) -> str:
    """Return what Great Expectations stumbled over, as one line, nothing when all went well."""
    if "raised_exception" in info:
        raised = [info] if info["raised_exception"] else []
    else:
        raised = [entry for entry in info.values() if entry.get("raised_exception")]
    return " ".join(str(raised[0]["exception_message"]).split())[:300] if raised else ""


def _without_the_web(pages: Path) -> None:
    """Take out of the pages what they would load from elsewhere, so that they open anywhere."""
    for page in pages.rglob("*.html"):
        content = _FROM_THE_WEB.sub("", page.read_text(encoding="utf-8"))
        content = _SCRIPT.sub("", content)
        page.write_text(content.replace("</head>", f"{_STYLE}</head>", 1), encoding="utf-8")
