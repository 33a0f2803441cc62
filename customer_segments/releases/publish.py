"""Publishes the tables that a green build made, as a new release."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from dbt.contracts.graph.manifest import Manifest
from dbt.version import __version__ as dbt_version

from customer_segments.dbt import git, project_file
from customer_segments.engines.database import Database
from customer_segments.releases.store import Published, Release


def published_rows(parsed: Manifest) -> dict[str, str]:
    """Return which rows are published of the public models that also have others: a condition."""
    return {
        node.name: node.config.meta["published_where"]
        for node in parsed.nodes.values()
        if "published_where" in node.config.meta
    }


def publish(
    warehouse: Database,
    published: Published,
    keys: Mapping[str, Sequence[str]],
    kept: int,
    rows: Mapping[str, str],
    accept: Callable[[], None],
    accepted: Sequence[Mapping[str, str]] = (),
) -> Release:
    """Copy tables, with constraints and comments, and put the copies in place, with or right after
    the warehouse itself, which `accept` does.

    The tables are those that `keys` has, and the table `release`, which says where they come
    from. Of a table in `rows`, those are published for which its condition holds. They are
    replaced as a whole: who reads the old ones goes on reading them. The last `kept` releases
    are kept; `accepted` is what people let pass in the batch. Raises UserError, as `accept` does;
    what is published is then as it was.
    """
    with published.changing():
        number, current = published.next_number(), published.current()
        built_at, version = datetime.now(UTC), str(project_file()["version"])
        # With -dirty if the project was changed since.
        described = git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
        words = {
            "release": number,
            "built_at": built_at.replace(tzinfo=None),
            "git_revision": described or None,
            "project_version": version,
        }
        row_counts, as_of = published.write(warehouse, keys, rows, words)
        release = Release(
            release=number,
            previous=current.release if current else None,
            as_of=str(as_of),
            built_at=built_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            git_revision=described or None,
            project_version=version,
            dbt_version=dbt_version,
            row_counts=row_counts,
            keys=keys,
            accepted=accepted,
            **published.sums(warehouse),
        )
        published.add(release, accept)
        published.prune(kept)
    return release
