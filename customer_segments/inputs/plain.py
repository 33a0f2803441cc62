"""Makes plain text of files that are compressed or in another encoding."""

import codecs
import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from customer_segments.errors import UserError
from customer_segments.inputs.find import SourceFile


@contextmanager
def plain(file: SourceFile, work: Path) -> Iterator[Path]:
    """Give a file of text that is not compressed and in UTF-8: the file itself, or a copy.

    Raises UserError when it is not what its ending or the var inputs says.
    """
    encoding = codecs.lookup(file.options.encoding).name if file.options.encoding else "utf-8"
    if file.ending == ".parquet" or (not file.is_compressed and encoding == "utf-8"):
        yield file.path
        return
    copied = work / "plain"
    try:
        with (
            gzip.open(file.path) if file.is_compressed else file.path.open("rb") as given,
            copied.open("wb") as copy,
        ):
            if encoding == "utf-8":
                shutil.copyfileobj(given, copy)
            else:
                text = codecs.getreader(encoding)(given)
                while block := text.read(1 << 20):
                    copy.write(block.encode())
        yield copied
    except (gzip.BadGzipFile, EOFError) as error:
        raise UserError(
            f"{file.label} is damaged, cut short or no gzip file; export it again"
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{file.label} is not in {file.options.encoding}, which the var inputs names"
        ) from error
    finally:
        copied.unlink(missing_ok=True)
