"""Draws lineage.svg, the layers of models and how many each has, from target/manifest.json.

.venv/bin/python docs/images/lineage.py
"""

import json
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
MANIFEST = HERE.parents[1] / "target" / "manifest.json"
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.name { font-size: 14.5px; font-weight: 600 }
.count { fill: #57606a }
.card { fill: #f6f8fa }
.box { fill: #ffffff; stroke: #8c959f }
.group { fill: #e7ebef; stroke: none }
.last { fill: #dafbe1; stroke: #1a7f37 }
.way { stroke: #57606a; stroke-width: 1.6; fill: none; marker-end: url(#head) }
.head { fill: #57606a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.count { fill: #9da7b3 }
.card { fill: #161b22 }
.box { fill: #21262d; stroke: #6e7681 }
.group { fill: #1b212a; stroke: none }
.last { fill: #12361f; stroke: #3fb950 }
.way { stroke: #9da7b3 }
.head { fill: #9da7b3 }
}
"""
HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
    ' orient="auto"><path d="M0 0L8 4L0 8z" class="head"/></marker></defs>'
)
# Between the boxes below: along the layers, and within the marts.
WAYS = ["M142 185h19", "M294 185h19", "M450 185h21", "M785 185h18"]
WAYS += ["M690 92v77", "M560 146v23", "M552 243v21", "M699 243v21"]


def counts() -> Counter[str]:
    """Return how many models each folder has, and how many tables are published."""
    found: Counter[str] = Counter()
    for node in json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"].values():
        if node["resource_type"] == "model":
            folders = node["original_file_path"].split("/")[1:-1]
            found.update("/".join(folders[:depth]) for depth in range(1, len(folders) + 1))
            found["published"] += node["access"] == "public"
    return found


def box(
    place: tuple[int, int], size: tuple[int, int], name: str, lines: list[str], kind: str = ""
) -> str:
    """Return a box with a name and lines of text, the first of which counts."""
    (x, y), (width, height) = place, size
    rows = "".join(
        f'<text x="{x + 10}" y="{y + 39 + 17 * number}" class="{"" if number else "count"}">'
        f"{line}</text>"
        for number, line in enumerate(lines)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" class="box {kind}"/>'
        f'<text x="{x + 10}" y="{y + 21}" class="name">{name}</text>{rows}\n'
    )


def drawing(found: Counter[str]) -> str:
    """Return the picture as SVG."""

    def models(folder: str) -> str:
        return f"{found[folder]} model{'s' if found[folder] > 1 else ''}"

    groups = ("rules", "families", "clusters", "members", "personas")
    parts = [f"{found[f'marts/segments/{name}']} {name}" for name in groups]
    of_segments = [f"{models('marts/segments')}: {', '.join(parts[:2])},", ", ".join(parts[2:])]
    boxes = [
        box((14, 124), (128, 122), "input",
            [models("input"), "typed, by files or", "your own tables"]),
        box((163, 124), (131, 122), "staging",
            [models("staging"), "typed, accepted", "rows; the others in", "rejected_rows"]),
        box((315, 124), (135, 122), "intermediate",
            [models("intermediate"), "identity resolution,", "features of each", "contact"]),
        box((473, 14), (312, 332), "marts", [], "group"),
        box((483, 42), (292, 50), "core", [f"{models('marts/core')}: dim_contacts, fct_…"]),
        box((483, 98), (142, 48), "predictions", [f"{models('marts/predictions')}: churn risk"]),
        box((483, 171), (292, 72), "segments", of_segments),
        box((483, 266), (142, 70), "quality", [models("marts/quality"), "bounds stop a build"]),
        box((633, 266), (142, 70), "campaigns", [models("marts/campaigns"), "messages, results"]),
        box((805, 124), (112, 122), "published",
            [f"{found['published']} tables", "one file, whole,", "after all checks", "have passed"],
            "last"),
    ]  # fmt: skip
    return "".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 930 360" role="img" aria-label='
            f'"input, staging, intermediate, marts, published"><style>{STYLE}</style>{HEAD}'
            '<rect width="930" height="360" rx="8" class="card"/>\n',
            *boxes,
            *(f'<path d="{way}" class="way"/>' for way in WAYS),
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    (HERE / "lineage.svg").write_text(drawing(counts()), encoding="utf-8")
