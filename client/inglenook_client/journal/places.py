"""The zone of this computer, with its changes to summer time and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class ThisComputer(tzinfo):
    """As the system's clock goes, at any moment and not only now.

    ``datetime.astimezone()`` gives the offset of one moment; a day and a time still to come
    needs that of theirs.
    """

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return None if at is None else at.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, at: datetime | None) -> timedelta | None:
        return None

    def tzname(self, at: datetime | None) -> str | None:
        return None if at is None else at.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, at: datetime) -> datetime:
        shown = at.replace(tzinfo=UTC).astimezone()
        here = shown.replace(tzinfo=self, fold=0)
        # Where the clocks go back, the same is shown twice: the second time is another moment.
        return here if here.utcoffset() == shown.utcoffset() else here.replace(fold=1)
