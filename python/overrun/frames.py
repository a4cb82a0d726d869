# SPDX-License-Identifier: BSD-3-Clause
"""Tables of a result for pandas, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from .record import Record, keys_of

if TYPE_CHECKING:
    import pandas  # type: ignore


def frame_of(what: str, rows: List[Any], cls: type) -> "pandas.DataFrame":
    try:
        import pandas
    except ImportError:
        raise RuntimeError(f"{what}: pandas is not installed; accepted: python3-pandas, or the records of trial, "
                           "which need none") from None
    columns = [key for key in keys_of(cls) if not any(isinstance(row[key], (list, Record)) for row in rows)]
    frame = pandas.DataFrame([{key: row[key] for key in columns} for row in rows], columns=columns)
    # counts beside unknown ones stay whole numbers
    return frame.convert_dtypes()


class Frames(Record):
    """What the result of `overrun run` has in tables. Others raise a ValueError."""

    def _trial_of(self, what: str) -> Any:
        trial = self["trial"]
        if trial is None:
            raise ValueError(f"{what}: found the result of overrun {self['command']}, accepted: that of overrun run")
        return trial

    def accounts_frame(self) -> "pandas.DataFrame":
        """Where frames were lost: a row for each account, frames, counter and reason in columns."""
        from .documents import ResultAccount
        return frame_of("accounts_frame", self._trial_of("accounts_frame").ledger.accounts, ResultAccount)

    def series_frame(self) -> "pandas.DataFrame":
        """What was counted in each interval of the trial, all queues together."""
        from .documents import ResultSample
        return frame_of("series_frame", self._trial_of("series_frame").series, ResultSample)
