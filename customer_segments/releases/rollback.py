"""Lists the releases kept, and publishes one of them again."""

from customer_segments.errors import UserError
from customer_segments.releases.store import Published, Release


def roll_back(published: Published, number: int | None = None) -> str:
    """Publish an earlier release again and say so; without a number, the one before.

    Raises UserError when there is no such release, when it is damaged or can't be published; the
    published file is then as it was.
    """
    if not published.kept():
        raise UserError(f"there are no releases of {published}; run make build first")
    with published.changing():
        current = published.current()
        kept = {known.release: known for known in published.kept()}
        number = _before(current, published) if number is None else number
        if number not in kept:
            known = ", ".join(map(str, sorted(kept))) or "none"
            raise UserError(f"there is no release {number} of {published}; there are: {known}")
        if current and current.release == number:
            raise UserError(f"release {number} is the one published; nothing was changed")
        published.put_in_place(kept[number])
    then = kept[number]
    verified = ", checksum verified" if then.sha256 else ""
    was = f"release {current.release}" if current else "none of those kept"
    return (
        f"{published} is release {number} again, as of {then.as_of}, built {then.built_at};"
        f" it was {was}.\n{len(then.row_counts)} tables{verified}."
        " The next green build publishes a new release."
    )


def _before(current: Release | None, published: Published) -> int:
    if current is None:
        raise UserError(
            f"{published} is none of the releases kept: it is missing or was changed;"
            " say which one is to be published with TO=, make releases lists them"
        )
    if current.previous is None:
        raise UserError(f"release {current.release} is the first; there is none before it")
    return current.previous


def releases_table(published: Published) -> str:
    """Return the releases kept as text, the latest first, with the published one marked."""
    kept, current = published.kept(), published.current()
    lines = [_line("release", "as of", "built", "revision", "tables", "rows", "megabytes", "")]
    for known in kept:
        lines.append(
            _line(
                str(known.release),
                known.as_of,
                known.built_at,
                (known.git_revision or "unknown")[:8],
                str(len(known.row_counts)),
                f"{sum(known.row_counts.values()):,}",
                f"{known.byte_count / 1e6:,.1f}",
                "published" if current and known.release == current.release else "",
            )
        )
    if not kept:
        return f"There are no releases of {published} yet."
    if current is None:
        lines.append(f"{published} is none of these: it is missing or was changed.")
    return "\n".join(lines)


def _line(*cells: str) -> str:
    widths = (10, 12, 22, 10, 8, 12, 11)
    padded = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False)]
    return ("".join(padded) + "  " + cells[-1]).rstrip()
