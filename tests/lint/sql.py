"""Lints SQL as `sqlfluff lint` does, with the walk through each file shared by its rules.

It fixes nothing, so what one rule works out about a file holds for the others.
"""

import gc
import logging
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import ManifestLoader
from sqlfluff.cli.commands import lint
from sqlfluff.core.parser import BaseSegment
from sqlfluff.core.parser.segments.base import PathStep
from sqlfluff.core.plugin.host import get_plugin_manager
from sqlfluff.core.rules.context import RuleContext
from sqlfluff.core.rules.crawlers import SegmentSeekerCrawler
from sqlfluff.utils.analysis.select import get_select_statement_info
from sqlfluff.utils.reflow.config import BlockConfig, ReflowConfig
from sqlfluff.utils.reflow.depthmap import DepthInfo, DepthMap, StackPosition
from sqlfluff.utils.reflow.sequence import ReflowSequence

Place = tuple[int, BaseSegment, tuple[BaseSegment, ...], int, int]
"""A segment's number in the order of reading, itself, its parents, its place among its siblings,
and how many raw segments come before it."""


def kept(make: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what was made of the last file: a rule asks for the same after another did."""
    last: list[Any] = []

    def made(root_segment: BaseSegment, *config: Any, **named: Any) -> Any:
        if not (last and last[0] is root_segment):
            last[:] = [root_segment, make(root_segment, *config, **named)]
        return last[1]

    return made


@kept
def places(file: BaseSegment) -> dict[str, list[Place]]:
    """Return where segments of each type are in a file, but for what could not be parsed."""
    found: dict[str, list[Place]] = defaultdict(list)
    number = raws = 0

    def look(segment: BaseSegment, parents: tuple[BaseSegment, ...], index: int) -> None:
        nonlocal number, raws
        if segment.is_type("unparsable"):
            raws += len(segment.raw_segments)
            return
        number += 1
        for kind in segment.class_types:
            found[kind].append((number, segment, parents, index, raws))
        if not segment.segments:
            raws += 1
        inner = (*parents, segment)
        for place, child in enumerate(segment.segments):
            look(child, inner, place)

    look(file, (), 0)
    return found


def sought(
    seek: Callable[[SegmentSeekerCrawler, RuleContext], Iterator[RuleContext]],
) -> Callable[[SegmentSeekerCrawler, RuleContext], Iterator[RuleContext]]:
    """Look up what a rule seeks, where it would walk through the whole file."""

    def found(self: SegmentSeekerCrawler, context: RuleContext) -> Iterator[RuleContext]:
        if (
            type(self) is not SegmentSeekerCrawler
            or not self.allow_recurse
            or self.works_on_unparsable
        ):
            yield from seek(self, context)
            return
        file = context.segment
        of_types = {place[0]: place for kind in self.types for place in places(file).get(kind, [])}
        for number in sorted(of_types):
            _, context.segment, context.parent_stack, context.segment_idx, raws = of_types[number]
            if self.provide_raw_stack:
                context.raw_stack = tuple(file.raw_segments[:raws])
            yield context

    return found


def depth_infos(self: DepthMap, raws_with_stack: list[tuple[BaseSegment, list[PathStep]]]) -> None:
    """Work out once what a step means that many segments have in their path."""
    known: dict[int, tuple[int, frozenset[str], StackPosition]] = {}
    self.depth_info = {}
    for raw, path in raws_with_stack:
        for step in path:
            if id(step) not in known:
                position = StackPosition.from_path_step(step)
                known[id(step)] = (hash(step.segment), step.segment.class_types, position)
        hashes, types, positions = zip(*(known[id(step)] for step in path), strict=True)
        self.depth_info[raw.uuid] = DepthInfo(
            len(path), hashes, frozenset(hashes), types, dict(zip(hashes, positions, strict=True))
        )


def configured_once(configure: Callable[..., BlockConfig]) -> Callable[..., BlockConfig]:
    """Work out once what is set for segments of the same types."""
    known: dict[frozenset[str], BlockConfig] = {}

    def configured(self: ReflowConfig, types: frozenset[str], depth: Any = None) -> BlockConfig:
        if depth is not None:
            return configure(self, types, depth)
        if (alike := frozenset(types)) not in known:
            known[alike] = configure(self, types)
        return known[alike]

    return configured


def analysed_once(analyse: Callable[..., Any]) -> Callable[..., Any]:
    """Analyse a select once; the select is kept, so that no other gets its id."""
    known: dict[tuple[int, bool], tuple[BaseSegment, Any]] = {}

    def analysed(segment: BaseSegment, dialect: Any, early_exit: bool = True) -> Any:
        asked = (id(segment), early_exit)
        if asked not in known:
            if len(known) > 2_000:
                known.clear()
            known[asked] = (segment, analyse(segment, dialect, early_exit))
        return known[asked][1]

    return analysed


def with_few_segments(manifest: Manifest) -> Manifest:
    """Let a list of all segments have one of each family: the same lines write the others."""
    macro = manifest.macros["macro.customer_segments.declared_segments"]
    macro.macro_sql = macro.macro_sql.replace(
        "return(declared)", "return(declared | unique(attribute='family') | list)"
    )
    return manifest


def share_work(put: Callable[[Any, str, object], None] = setattr) -> None:
    """Let the rules share what they work out."""
    whole, depths = ManifestLoader.get_full_manifest, kept(DepthMap.from_parent)
    put(ManifestLoader, "get_full_manifest", lambda config: with_few_segments(whole(config)))
    put(DepthMap, "__init__", depth_infos)
    put(DepthMap, "from_parent", depths)
    put(DepthMap, "from_raws_and_root", lambda _, root: depths(root))
    put(ReflowSequence, "from_root", kept(ReflowSequence.from_root))
    put(ReflowConfig, "get_block_config", configured_once(ReflowConfig.get_block_config))
    put(SegmentSeekerCrawler, "crawl", sought(SegmentSeekerCrawler.crawl))
    # Only a fix makes a second segment of the same place.
    put(BaseSegment, "__eq__", object.__eq__)
    get_plugin_manager()  # loads the rules
    analysed = analysed_once(get_select_statement_info)
    for module in list(sys.modules.values()):
        if vars(module).get("get_select_statement_info") is get_select_statement_info:
            put(module, "get_select_statement_info", analysed)


class NoFileIsSkipped(logging.Handler):
    """Ends with an error where sqlfluff goes on with a warning: a file that it can't follow from
    template to SQL has no faults, it would say.
    """

    def emit(self, record: logging.LogRecord) -> None:
        raise SystemExit(f"a file was not linted: {record.getMessage()}")


def end_on_skipped_files() -> None:
    """Let what is not linted fail."""
    logging.getLogger("sqlfluff.linter").addHandler(NoFileIsSkipped(logging.WARNING))


if __name__ == "__main__":
    end_on_skipped_files()
    gc.set_threshold(1_000_000, 20, 100)
    share_work()
    lint(["--processes", "1", "--disable-progress-bar", *sys.argv[1:]])
