"""What is true of a lane, whatever a policy thinks of it: whether it works, and its recoveries.

Rules:
1. A lane has recovered from an outage when a call that began after its end has succeeded: so
   whatever keeps calls away, or makes them fail, counts.
2. A fragile lane that goes down again from the calls that are let on has not recovered: the time
   counts from the end of the scripted phase to the first success that lasts.
3. Time only goes on: a lane is asked about now, never about what was.
"""

from typing import NamedTuple

from outages import FRAGILE_CALLS, FRAGILE_S, RELAPSE_S, SECOND, Phase


class Recovery(NamedTuple):
    """From the end of an outage to the first success, in nanoseconds; ``None`` is never."""

    script: str
    took: int | None


class _Outage:
    def __init__(self, phase: Phase) -> None:
        self.script, self.end, self.counts_from = phase.script, phase.end, phase.end
        self.recovered: int | None = None


class Ground:
    """One lane. ``running`` counts the calls on it, ``probes`` those placed while it was out."""

    def __init__(self, phases: tuple[Phase, ...]) -> None:
        """Start before the first phase."""
        self._phases = [*phases]
        self._at = 0
        self._outages = [_Outage(phase) for phase in phases]
        self._waiting = [*self._outages]
        self.running = self.probes = self.relapses = 0

    def phase(self, now: int) -> Phase | None:
        """Return the phase that the lane is in; ``None`` is one that works."""
        phases = self._phases
        while self._at < len(phases) and phases[self._at].end <= now:
            self._at += 1
        if self._at < len(phases) and phases[self._at].start <= now:
            return phases[self._at]
        return None

    def placed(self, now: int) -> Phase | None:
        """Take one more call, and return the phase that it begins in."""
        self.running += 1
        phase = self.phase(now)
        if phase is not None or self.running <= FRAGILE_CALLS or not self._at:
            return phase
        before = self._phases[self._at - 1]
        if not before.fragile or now >= before.end + FRAGILE_S * SECOND:
            return None
        return self._relapse(before, now)

    def succeeded(self, started: int, now: int) -> None:
        """Take it that a call succeeded that began at ``started``."""
        waiting = self._waiting
        while waiting and waiting[0].counts_from <= started:
            waiting.pop(0).recovered = now

    def recoveries(self) -> list[Recovery]:
        """Return every scripted outage with what the recovery took."""
        return [
            Recovery(one.script, None if one.recovered is None else one.recovered - one.end)
            for one in self._outages
        ]

    def _relapse(self, before: Phase, now: int) -> Phase:
        """Go down again: the outage that ended last is not over."""
        phase = before._replace(start=now, end=now + RELAPSE_S * SECOND)
        self._phases.insert(self._at, phase)
        self.relapses += 1
        last = [one for one in self._outages if one.end <= now][-1]
        last.recovered = None
        self._waiting = [one for one in self._outages if one.recovered is None]
        for one in self._waiting:
            one.counts_from = max(one.counts_from, phase.end if one.end <= now else one.end)
        return phase
