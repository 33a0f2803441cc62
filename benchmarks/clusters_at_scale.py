"""How long do clusters of many contacts take, beside scikit-learn on all of them?

python benchmarks/clusters_at_scale.py FOLDER [--contacts 1000000]

Invents contacts of six planted groups, then, each in a process of its own: fits a sample with the
model's code and assigns everyone with the models' SQL in DuckDB; and clusters everyone by k-means
of scikit-learn on the same scaled features. Prints time, memory, and the adjusted Rand index of
both with each other and with the groups.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
MODELS = PROJECT / "models" / "marts" / "segments" / "clusters"
SETTINGS = {
    "cluster_count": "auto",
    "cluster_minimum_count": 2,
    "cluster_maximum_count": 10,
    "cluster_sample_size": 20000,
}


def invent(file: Path, contacts: int) -> None:
    """Write the figures and preferences of contacts, with their planted group."""

    def level(low: float, high: float, step: int) -> str:
        return f"({low} + {(high - low) / 5} * ((g * {step}) % 6))"

    # The sum of four uniform draws is close to normal, with a standard deviation of 0.577.
    noise = "(" + " + ".join(["random()"] * 4) + " - 2)"
    with duckdb.connect(str(file)) as connection:
        connection.execute("set threads = 1; select setseed(0.5)")
        connection.execute(f"""
            create table invented as select 'C' || i as contact_id, i % 6 as g
            from range({contacts}) as t(i);
            create table int_contact_cluster_inputs as
            select contact_id, {level(0.7, 3.5, 1)} + 0.5 * {noise} as order_count,
                0.5 + 0.2 * {noise} as order_recency,
                {level(2.5, 6.5, 5)} + 0.7 * {noise} as average_order_amount,
                0.7 + 0.3 * {noise} as average_item_count,
                case when random() < 0.9 then {level(0.2, 0.7, 1)} + 0.15 * {noise} end
                    as open_rate,
                0.1 + 0.05 * {noise} as click_rate, {level(0.5, 3, 5)} + 0.5 * {noise}
                    as session_count,
                0.2 * random() as download_count, 0.1 * random() as demo_request_count,
                0.1 * random() as support_case_count, 1 + 0.5 * {noise} as email_frequency,
                {level(28, 62, 5)} + 10 * {noise} as age,
                cast(random() < 0.5 as integer)::double as is_female,
                cast(random() < 0.5 as integer)::double as is_male,
                0.0::double as is_company, date '2026-06-30' as as_of
            from invented;
            create table preference_segments as
            select contact_id, 'category' as preference_type, ['sport', 'garden', 'wine', 'books',
                'toys', 'music'][1 + (g + n * n) % 6] as preference,
                case n when 0 then 0.7 else 0.3 end + 0.1 * random() as strength
            from invented cross join (values (0), (1)) as numbers (n)""")


def sql(name: str) -> str:
    """Return a model's SQL as it runs on the file."""
    macro = (PROJECT / "macros" / "cluster_features.sql").read_text(encoding="utf-8")
    body = (MODELS / f"{name}.sql").read_text(encoding="utf-8")
    environment = Environment(extensions=["jinja2.ext.do"])
    found: list[list[str]] = []
    template = environment.from_string(macro + "{{ cluster_features() }}")
    template.render({"return": lambda features: found.append(features) or ""})
    return environment.from_string(body).render(
        ref=lambda table: table,
        as_of=lambda: "cast('2026-06-30' as date)",
        cluster_features=lambda: found[0],
    )


def ours(file: Path) -> dict[str, Any]:
    """Fit on a sample and assign in SQL."""
    from customer_segments.fits.cluster_fits import Settings, current_fits

    steps: dict[str, Any] = {}
    with duckdb.connect(str(file)) as connection:
        connection.execute("set threads = 2; set memory_limit = '2GB'")
        start = time.monotonic()
        made = current_fits(
            connection,
            connection.table("int_contact_cluster_inputs"),
            connection.table("preference_segments"),
            None,
            Settings.of(SETTINGS),
            False,
        )
        connection.register("made", made)
        connection.execute("create or replace table cluster_fits as select * from made")
        steps["fit"] = time.monotonic() - start
        for name in ("cluster_centroids", "int_contact_cluster_features", "cluster_segments"):
            start = time.monotonic()
            connection.execute(f"create or replace table {name} as {sql(name)}")
            steps[name] = time.monotonic() - start
        steps["finding"] = made.fetchone()[3]
    return steps


def library(file: Path) -> dict[str, Any]:
    """Cluster everyone by k-means on the same scaled features, into the same number."""
    start = time.monotonic()
    import numpy as np
    from sklearn.cluster import KMeans

    with duckdb.connect(str(file)) as connection:
        connection.execute("set threads = 2; set memory_limit = '1GB'")
        count = connection.execute("select count(distinct cluster) from cluster_centroids")
        number = int(count.fetchall()[0][0])
        data = connection.execute(
            "select * from int_contact_cluster_features order by contact_id"
        ).fetchnumpy()
        contacts = data.pop("contact_id")
        matrix = np.column_stack(list(data.values()))
        data.clear()
        read = time.monotonic() - start
        start = time.monotonic()
        labels = KMeans(number, n_init=10, random_state=0).fit(matrix).labels_
        fitted = time.monotonic() - start
        connection.register("found", {"contact_id": contacts, "label": labels})
        connection.execute("create or replace table by_library as select * from found")
    return {"read": read, "fit": fitted}


def agreement(file: Path) -> dict[str, float]:
    """Return adjusted Rand indices: of both with the groups, and with each other."""
    from sklearn.metrics import adjusted_rand_score

    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(
            "select g, cast(substr(cluster, 9) as integer) as c, label from invented"
            " inner join cluster_segments using (contact_id)"
            " inner join by_library using (contact_id)"
        ).fetchnumpy()
    return {
        "ours with the groups": adjusted_rand_score(rows["g"], rows["c"]),
        "scikit-learn with the groups": adjusted_rand_score(rows["g"], rows["label"]),
        "ours with scikit-learn": adjusted_rand_score(rows["c"], rows["label"]),
    }


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {"ours": ours, "library": library}


def main() -> None:
    """Run the benchmark, or one part of it in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--part", choices=PARTS)
    arguments = parser.parse_args()
    file = arguments.folder / "clusters.duckdb"
    if arguments.part:
        start = time.process_time()
        result = PARTS[arguments.part](file)
        result["processor"] = time.process_time() - start
        result["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(json.dumps(result))
        return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    invent(file, arguments.contacts)
    for part in PARTS:
        command = [sys.executable, __file__, str(arguments.folder), "--part", part]
        print(part, subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print({name: round(index, 3) for name, index in agreement(file).items()})


if __name__ == "__main__":
    main()
