"""What the practices promise: who agrees, what is open, whose move it is (SPEC 13, 18)."""

from __future__ import annotations

from mutant import AGREEING, CLIENT, NEEDS, ROUNDS, SIMULATION, Mutant
from mutant import mutant as _m

CORE = CLIENT + "core/practices/"

MUTANTS: list[Mutant] = [
    # --- 13.5 whose move it is
    _m("13.5", "a move is made by whose it is", CORE + "deciding.py",
       "    if not any(fits[row.who] for row in rows):\n", "    if False:\n", SIMULATION),
    _m("13.5", "nobody writes what only crossing makes count", CORE + "deciding.py",
       "row.state == state.stage and row.kind == kind and CROSSING not in row.when",
       "row.state == state.stage and row.kind == kind", SIMULATION),
    _m("13.5", "what is offered can be done", CORE + "talking_views.py",
       'found = [act for act in found if act != "accept"]', "pass", SIMULATION),
    _m("13.5", "who leaves adds nothing", CLIENT + "journal/writing.py",
       "if (at := state.left_when(store)) is not None:", "if (at := None) is not None:",
       SIMULATION),
    _m("13.4", "what is private leaves no trace", CLIENT + "journal/looking_back.py",
       "await self.create(self.private, inward.hide(found.id))",
       "await found.store.append(inward.hide(found.id), now())", SIMULATION),
    # --- 13.8 pauses
    _m("13.8", "a pause counts by the relay's clock", CORE + "pausing.py",
       "return min(claimed + apart - own_apart_ms, seen_ms)", "return claimed", SIMULATION),
    _m("13.8", "what remains of a pause grows less", CORE + "pausing.py",
       "remaining = max(remaining, min(length, end - now_ms))", "remaining = length", SIMULATION),
    _m("13.8", "a longer pause counts from when it was asked for", CORE + "pausing.py",
       'return [*state.versions, *(m for m in state.moves if m.kind == "pause.extended")]',
       "return [*state.versions]", "tests/client/practices/test_pausing.py"),
    # --- 13.9 consent
    _m("13.9", "consent is to the words that it names", CORE + "folding.py",
       "return Act(event.event_id, event.member, payload.event)",
       "return Act(event.event_id, event.member, self._versions[-1].event_id)", AGREEING),
    _m("13.9", "both agree to the same words", CORE + "consent.py",
       "return len(agreed) == 2 and agreed[0][1] == agreed[1][1]", "return len(agreed) == 2",
       SIMULATION),
    _m("13.9", "old words are in force no more", CORE + "state.py",
       "if len(self.agreed_by) < 2 or len(events) != 1:", "if len(self.agreed_by) < 2:",
       SIMULATION),
    _m("13.9", "an edit asks again", CORE + "folding.py",
       "        if payload is self._first or type(payload) in self._family.edits:\n"
       "            return Act",
       "        if payload is self._first:\n            return Act", AGREEING),
    _m("13.9", "either takes their word back alone", CORE + "folding.py",
       'return Act(event.event_id, event.member, b"")', "return None", SIMULATION),
    _m("13.9", "what has ended is not revoked", CORE + "agreeing.py",
       '    if state.stage == "retired":\n        raise NotNowError(STEP.name, state.stage)\n'
       "    if me not in", "    if me not in", AGREEING),
    # --- 10.4 limits
    _m("10.4", "three needs at a time", CORE + "needing.py",
       "    if active(needs, me) >= MAX_ACTIVE_NEEDS:\n"
       "        raise TooManyNeedsError(MAX_ACTIVE_NEEDS)\n    return NeedStated",
       "    return NeedStated", NEEDS),
    # --- 18 reveals
    _m("18.3", "nothing opens before both are ready", CORE + "revealing.py",
       "    if me in opened or mine is None or not standing:\n        return None\n"
       "    return ToOpen(mine, next(iter(standing.values())))",
       "    if me in opened or mine is None:\n        return None\n"
       "    return ToOpen(mine, next(iter(standing.values()), mine))", SIMULATION),
    _m("18.3", "who takes it back is not ready", CORE + "revealing.py",
       "            standing.pop(one.by, None)\n", "            pass\n", SIMULATION),
    _m("18.3", "what is due is opened", CLIENT + "journal/together.py",
       "    return await open_due(state) > 0\n", "    return False\n", SIMULATION),
    _m("18.4", "the other's half shows once both are open", CORE + "revealing.py",
       "return RoundSeen(run.state, mine, theirs if together else None, ready)",
       "return RoundSeen(run.state, mine, theirs, ready)", ROUNDS),
]  # fmt: skip
