"""A reader's own table: read, checked, and split as any other data."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from .labels import labelled
from .samples import Dataset, Task, check_range, split
from .tables import read_table

CSV_ROWS = (20, 20_000)
CSV_COLUMNS = (2, 1_000)
CSV_BYTES = 5_000_000  # of text, after decompression


def from_csv(file: str | Path | IO[Any], name: str) -> Dataset:
    """A reader's own CSV (path or open file): numbers, and one column of labels that is the first
    or the last.

    What separates the columns, decimal commas, a header, the label and a column that only numbers
    the rows are recognized (see `sniffing` and `labels`); `description` says how it was read. The
    label: 2 to 20 different whole numbers or words, numbered from 0 in their order; two of them
    make a "binary" task. All other columns are features, z-scored with training statistics. 5 MB,
    20 to 20,000 rows, 2 to 1,000 columns. Raises BadData that says what was found and what is
    allowed.
    """
    table = read_table(file, name, text=True, max_bytes=CSV_BYTES, max_rows=CSV_ROWS[1])
    rows, columns = table.values.shape
    check_range(name, "rows", rows, CSV_ROWS, " (without the header)")
    check_range(name, "columns", columns, CSV_COLUMNS, " (features and the label)")
    found = labelled(table)
    left = found.x.shape[1] + 1
    check_range(name, "columns", left, CSV_COLUMNS, " (features and the label)")
    task: Task = "binary" if len(found.classes) == 2 else "multiclass"
    return split(
        name,
        found.x,
        found.y,
        task,
        f"the file {table.name}",
        found.said,
        z_score=True,
        csv=found.form,
    )
