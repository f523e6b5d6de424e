"""The rules that keep a journal honest, each with the change that takes it away.

A change is made in a copy of the sources: the text ``old``, which must stand there exactly
once, becomes ``new``. ``by`` names where it ought to be noticed, tried in that order.
"""

from __future__ import annotations

from typing import NamedTuple

SIMULATION = "simulation"
FORM = "tests/protocol/test_decoders.py tests/protocol/test_bit_flips.py tests/vectors"
ROSTER = (
    "tests/protocol/test_roster.py tests/protocol/test_set_limits.py tests/vectors"
    " tests/attacks/test_admission_attacks.py"
)
ATTACKS = (
    "tests/attacks/test_admission_attacks.py tests/attacks/test_entity_attacks.py"
    " tests/attacks/test_unknown_logs.py tests/attacks/test_epochs_that_crossed.py"
)
ADMISSION = ATTACKS + " tests/properties"
STORE = "tests/client/store/test_space.py " + ATTACKS
NOTICING = "tests/client/store/test_noticing.py"
RELAY = "tests/server/test_push_pull.py tests/server/test_parts.py"
DOOR = "tests/server/test_push_pull.py tests/server/test_parts.py tests/server/test_http.py"
FOLD = "tests/client/core/test_fold.py " + ATTACKS

PROTOCOL = "protocol/inglenook_protocol/"
CLIENT = "client/inglenook_client/"
SERVER = "server/inglenook_server/"


class Mutant(NamedTuple):
    """One rule taken away."""

    clause: str
    rule: str
    path: str
    old: str
    new: str
    by: str


def _m(clause: str, rule: str, path: str, old: str, new: str, by: str) -> Mutant:
    return Mutant(clause, rule, path, old, new, by)


RUNS = PROTOCOL + "runs.py"
BOOK = PROTOCOL + "roster.py"
EPOCHS = PROTOCOL + "epochs.py"
EVENT = PROTOCOL + "event.py"
KEYS = PROTOCOL + "signatures.py"
PADDING = PROTOCOL + "padding.py"
ADMIT = CLIENT + "store/admitting.py"
ROWS = CLIENT + "store/envelopes.py"
STATE = CLIENT + "store/state.py"
WRITE = CLIENT + "store/appending.py"
SEND = CLIENT + "store/pushing.py"
REACH = CLIENT + "core/admission.py"
PUSH = SERVER + "core/push.py"
AT_RELAY = SERVER + "relay.py"

MUTANTS = [
    # --- 1 conventions
    _m("1.2", "one encoding only", PROTOCOL + "codec.py",
       "if not canonical:", "if False:", FORM),
    _m("1.2", "lists ascend", PROTOCOL + "codec.py",
       "return all(a < b for a, b in pairwise(items))", "return True", FORM),
    _m("1.4", "small-order keys", KEYS,
       "or key in SMALL_ORDER_KEYS or", "or", FORM),
    _m("1.4", "keys beyond p", KEYS, "or y >= _P or", "or", FORM),
    _m("1.4", "negative zero keys", KEYS,
       " or key in _NEGATIVE_ZERO:", ":", FORM),
    _m("1.4", "signatures hold", KEYS,
       "_public(public_key).verify(signature, label + message)", "_public(public_key)", FORM),
    # --- 5 padding
    _m("5.5", "padded length", PADDING,
       "or padded_length(end - _LENGTH_BYTES) != len(padded)\n", "\n",
       "tests/protocol/test_padding_and_clocks.py tests/vectors"),
    _m("5.5", "zero padding", PADDING,
       "        or padded[end:] != bytes(len(padded) - end)\n", "",
       "tests/protocol/test_padding_and_clocks.py tests/vectors"),
    # --- 6 runs
    _m("6.1", "keys in order of first use", RUNS,
       "if item.key > used or item.key >= len(run.keys):", "if item.key >= len(run.keys):",
       "tests/protocol/test_run_form.py"),
    _m("6.1", "body hash only without body", RUNS,
       "if (len(item.body_hash) != 32) if body is None else bool(item.body_hash):", "if False:",
       FORM),
    _m("6.1", "no unused or double keys", RUNS,
       "if used != len(run.keys) or len(set(run.keys)) != used:", "if False:", FORM),
    _m("6.2", "runs begin where they say", RUNS,
       "if (run.first_seq == 1) != (run.previous == ZERO_ID):", "if False:", FORM),
    _m("6.2", "largest body", RUNS,
       "if body is not None and len(body) > MAX_BODY_BYTES:", "if False:", FORM),
    _m("6.2", "last seq", RUNS,
       "if run.first_seq + len(run.items) - 1 > MAX_SEQ:", "if False:", FORM),
    _m("6.2", "no body without erasure", RUNS,
       "or not is_erased(Ref(device_id, seq, id_))):", "):", FORM),
    _m("6.2", "key envelopes keep bodies", RUNS,
       "(item.flags & FLAG_KEY or not", "(not", FORM),
    _m("6.2", "the head's signature", RUNS,
       "if verify(labels.ENVELOPE_SIG, device.sign, last.header, last.signature):", "if True:",
       FORM),
    _m("6.2", "walk back to the last good one", RUNS,
       "        envelopes.pop()\n", "        envelopes.clear()\n", FORM),
    _m("6.2", "what a run follows is held", ROWS,
       "    if start is None:\n        return Reject.GAP",
       "    if start is None:\n        start = Branch(0, 0, 1, 0, ZERO_ID)", STORE),
    _m("6.3", "held items are told by id", ROWS,
       "        if at is None:\n            break\n        branch, known = at, known + 1",
       "        branch, known = at or branch, known + 1", STORE),
    _m("6.4", "audit names bad signatures", CLIENT + "store/auditing.py",
       "            else BAD,", "            else CHECKED,", STORE),
    _m("6.4", "what is sent ends at a checked signature", SEND,
       "if used >= room and _ends_well(state, envelope):", "if used >= room:", STORE),
    _m("6.5", "keys come from the roster only", ADMIT,
       "device = state.book.roster.devices.get(run.device)\n",
       "device = state.book.device(run.device)\n", ADMISSION),
    # --- 7 statements
    _m("7.1", "largest statement", BOOK,
       "if len(content) > MAX_STATEMENT_BYTES:", "if False:", ROSTER),
    _m("7.1", "statement lists ascend", BOOK,
       "if not all(ascending(items) for items in lists):", "if False:", ROSTER),
    _m("7.1", "statements of this space", BOOK,
       "if content.space != self.genesis.space_id:", "if False:", ROSTER),
    _m("7.1", "statement signatures", BOOK,
       "if not verified and not verify(", "if False and not verify(", ROSTER),
    _m("7.1", "one's own member only", BOOK,
       "if subjects != {member}:", "if False:", ROSTER),
    _m("7.1", "device keys of small order", BOOK,
       "            check_public_key(content.sign)\n", "", ROSTER),
    _m("7.1", "number of statements", BOOK, "if mine >= MAX_STATEMENTS:", "if False:", ROSTER),
    _m("7.1", "number of erasures", BOOK,
       "if self._count(member, by_root=None) >= MAX_ERASURES:", "if False:", ROSTER),
    _m("7.1", "number of devices", BOOK, "if named >= room:", "if False:", ROSTER),
    _m("7.1", "the root's own room for devices", BOOK,
       "room = MAX_LOGS // 2 if by_root else MAX_LOGS // 4", "room = MAX_LOGS // 2", ROSTER),
    _m("7.1", "the root's own count", BOOK,
       "by_root = content.by == member\n", "by_root = False\n", ROSTER),
    _m("7.1", "removals of named devices", BOOK,
       "if isinstance(content, Removed) and content.device not in self._named:", "if False:",
       ROSTER),
    _m("7.1", "erasures of named devices", BOOK,
       "if isinstance(content, Erased) and any(r.device not in self._named for r in content.refs):",
       "if False:", ROSTER),
    _m("7.3", "strike: additions", BOOK,
       "additions = [a for a in additions if a[1] not in root_keeps or a[0] in root_keeps[a[1]]]",
       "additions = list(additions)", ROSTER),
    _m("7.3", "strike: removals", BOOK,
       "(id_, r) for id_, r in removals if r.by not in root_keeps or id_ in root_keeps[r.by]",
       "(id_, r) for id_, r in removals", ROSTER),
    _m("7.3", "strike: kept by every root removal", BOOK,
       "root_keeps.get(removal.device, keeps) & keeps",
       "root_keeps.get(removal.device, keeps) | keeps", ROSTER),
    _m("7.3", "effective: signed by a known device", BOOK,
       "if r.by == root or r.by in known]", "]", ROSTER),
    _m("7.3", "void: what a removed device added", BOOK,
       "            if by not in keeps_by_removed or id_ in keeps_by_removed[by]\n", "", ROSTER),
    _m("7.3", "void: unless every removal keeps it", BOOK,
       "keeps_by_removed.get(target, keeps) & keeps",
       "keeps_by_removed.get(target, keeps) | keeps", ROSTER),
    _m("7.3", "remove wins", BOOK,
       "standing = valid - set(keeps_by_removed)", "standing = set(valid)", ROSTER),
    _m("7.5", "roster hash is of the set", BOOK,
       'b"".join(sorted(self._roster_signed))', 'b"".join(self._roster_signed)', ROSTER),
    _m("7.6", "erasures hash is of the set", BOOK,
       'b"".join(sorted(self._erasure_ids))', 'b"".join(self._erasure_ids)', ROSTER),
    # --- 8 epochs
    _m("8.1", "the key fits its commitment", EPOCHS,
       "if key.key_id != key_id:", "if False:", FORM),
    _m("8.2", "wraps ascend", EPOCHS,
       "if not ascending([w.recipient for w in record.wraps]):", "if False:", FORM),
    _m("8.2", "only those who stand get a wrap", EPOCHS,
       "for id_ in roster.standing}", "for id_ in roster.devices}", SIMULATION),
    _m("8.2", "the phrase gets a wrap", EPOCHS,
       "    keys.update((id_, root.kem) for id_, root in genesis.root_by_member.items())\n", "",
       "tests/attacks/test_epochs_that_crossed.py"),
    _m("8.2", "the wrap binds its author", EPOCHS,
       "return labels.KEY_WRAP + space_id + key_id + recipient + author",
       "return labels.KEY_WRAP + space_id + key_id + recipient", FORM),
    _m("8.3", "earlier keys ascend", EPOCHS,
       "if not ascending([k.key_id for k in earlier]):", "if False:", FORM),
    _m("8.3", "a bad seal is a bad key", EPOCHS,
       'raise TrustError(Reject.BAD_KEY, "A key that was sent here does not open.") from None',
       "raise", FORM),
    _m("8.3", "keys do not wait for admission", ADMIT,
       "                    if envelope.is_key:\n", "                    if False:\n", ADMISSION),
    _m("8.4", "an epoch names the current roster", EPOCHS,
       "if epoch.roster_hash == roster.hash\n        and", "if", SIMULATION),
    _m("8.4", "an epoch's author stands", EPOCHS,
       "        and epoch.author in roster.standing\n", "", "tests/vectors"),
    _m("8.4", "the lowest of several", EPOCHS, "held[min(fit)]", "held[max(fit)]", "tests/vectors"),
    _m("8.4", "no key is left out", STATE,
       "return None if missing else sealing_epoch", "return sealing_epoch",
       "tests/attacks/test_epochs_that_crossed.py"),
    # --- 9 events
    _m("9.1", "witness ascends", EVENT,
       "if len(content.witness) > 1 and not ascending(content.witness):", "if False:", FORM),
    _m("9.1", "witness of the removed: admitted only", WRITE,
       "            heads = admitted_heads(conn, log)\n", "            heads = log.heads\n",
       ADMISSION + " " + STORE),
    _m("9.1", "a redaction's witness carries all", WRITE,
       "if everything or heads != log.witnessed:", "if heads != log.witnessed:", STORE),
    _m("9.2", "after ascends, entity is an id", EVENT,
       "if len(core.entity) not in (0, 32) or (len(core.after) > 1 and not ascending(core.after)):",
       "if False:", FORM),
    _m("9.4", "entity fits the kind", CLIENT + "core/opening.py",
       "if payload is not None and bool(core.entity) == (kind in CREATING):", "if False:",
       ADMISSION + " " + STORE),
    _m("9.5", "no-key is tried again", ADMIT,
       "        if self._new_keys:\n", "        if False:\n", ADMISSION),
    _m("9.6", "a far clock is not absorbed", PROTOCOL + "hlc.py",
       " and other.ms <= wall_ms + HLC_AHEAD_MS else", " else",
       "tests/protocol/test_padding_and_clocks.py"),
    # --- 10 folding
    _m("10.4", "only one's own words are withdrawn", CLIENT + "core/fold.py",
       "other.member == event.member and other.kind != kinds.REDACTION[0]",
       "other.kind != kinds.REDACTION[0]", FOLD),
    _m("12.1", "no redaction of redactions", CLIENT + "core/fold.py",
       "other.member == event.member and other.kind != kinds.REDACTION[0]",
       "other.member == event.member", FOLD),
    # --- 11 admission
    _m("11.3", "verified is not admitted", ADMIT,
       "store_run(conn, state, log, verified, admitted=standing)",
       "store_run(conn, state, log, verified, admitted=True)", ADMISSION),
    _m("11.3", "late events of the removed", ADMIT,
       "            if standing:\n                self._take(device.member, stored)",
       "            if stored:\n                self._take(device.member, stored)", ADMISSION),
    _m("11.3", "a change of statements refolds", ADMIT,
       "        if before.hash != after.hash and (before.heads or after.heads):\n",
       "        if False:\n", ADMISSION),
    _m("11.3", "a later witness admits", ADMIT,
       "or any(device in state.book.roster.heads for device, _ in self._witness):", "or False:",
       ADMISSION),
    _m("11.3", "erased witnesses do not count", ADMIT,
       "if not envelope.is_key and not state.book.is_erased(ref):", "if not envelope.is_key:",
       ADMISSION),
    _m("11.3", "an erasure looks at witnesses again", ADMIT,
       "            self._readmit |= bool(state.book.roster.heads)\n", "", ADMISSION),
    _m("11.3", "no witness of oneself", REACH,
       "if ref.device != device and ref.device in reach and _extend(reach, ref):",
       "if ref.device in reach and _extend(reach, ref):", ADMISSION),
    _m("11.3", "least fixpoint", REACH,
       "                    grew = True\n", "                    pass\n", ADMISSION),
    _m("11.3", "witnesses of those who stand", REACH,
       "    for ref in todo:\n        _extend(reach, ref)\n", "", ADMISSION),
    _m("11.3", "heads by rank", BOOK,
       "counted = next((ranks[i] for i in range(3) if present[i]), [])",
       "counted = ranks[0] + ranks[1] + ranks[2]", ROSTER),
    _m("11.3", "what stops counting is not retried", ADMIT,
       "            self._unreadable = [pair for pair in self._unreadable if pair[0] != place]\n"
       "            if (event", "            if (event", ADMISSION),
    _m("11.4", "number of branches", ROWS,
       "if len(log.branches) >= MAX_BRANCHES:", "if False:", STORE),
    _m("11.4", "a fork is said", ADMIT,
       "            if forks and len(log.branches) > forks and not own:\n",
       "            if False:\n",
       SIMULATION),
    _m("11.4", "a witnessed fork is said", ADMIT,
       "                if branch_holding(conn, log, Point(seq, id_)) is None:\n",
       "                if False:\n", STORE),
    _m("11.5", "what is awaited is said", ADMIT,
       "                awaited[device] = Point(seq, id_)\n", "                pass\n", NOTICING),
    _m("11.5", "a relay set back is said", CLIENT + "store/noticing.py",
       "if seq > max((point.seq for", "if 0 > max((point.seq for", NOTICING),
    _m("11.5", "a hidden change of devices is said", CLIENT + "store/overview.py",
       "    if _devices_elsewhere(conn, state):\n", "    if False:\n", NOTICING),
    _m("11.5", "a notice stays while it lasts", CLIENT + "store/noticing.py",
       " and (what, subject) not in self.noted", "", NOTICING),
    # --- 12 erasure
    _m("12.2", "bodies go only where erased", CLIENT + "store/folding.py",
       "                and state.book.is_erased("
       "Ref(envelope.device, envelope.seq, envelope.id))\n", "", ADMISSION),
    _m("12.2", "bodies go", CLIENT + "store/folding.py",
       "        if len(pairs) > 1:\n            _drop", "        if False:\n            _drop",
       SIMULATION),
    _m("12.2", "erased bodies are not sent again", SEND,
       "return msgspec.structs.replace(envelope, body=None)", "return envelope", ADMISSION),
    _m("12.2", "an erasure that comes late empties", ADMIT,
       "                self._touched.setdefault(event.entity, [])\n", "                pass\n",
       ADMISSION),
    _m("17.1", "the removed write nothing", WRITE,
       "if state.device.id not in state.book.roster.standing:", "if False:", STORE),
    # --- 14 the relay
    _m("6.5", "relay: unknown devices", PUSH,
       "device = self._book.roster.devices.get(run.device)\n",
       "device = self._book.device(run.device)\n", RELAY),
    _m("6.2", "relay: gaps", PUSH,
       "if run.first_seq > 1 and not any(", "if False and not any(", RELAY),
    _m("6.2", "relay: flaws", PUSH, "if verified.flaw is not None:", "if False:", RELAY),
    _m("11.4", "relay: number of branches", PUSH,
       "if len(after) >= MAX_BRANCHES:", "if False:", RELAY),
    _m("12.2", "relay: erased bodies are not stored again", PUSH,
       "return not envelope.is_key and self._book.is_erased(ref)", "return False", RELAY),
    _m("12.2", "relay: erased bodies go", SERVER + "erasing.py",
       "    if not refs:\n        return\n", "    return\n", RELAY),
    _m("12.2", "relay: an erasure pushed again finishes", SERVER + "erasing.py",
       "            refs.update(ref for ref in content.refs if book.is_erased(ref))\n",
       "            pass\n", RELAY),
    _m("14.2", "relay: the right to register", AT_RELAY,
       "if not await self.may_register(request.token):", "if False:", DOOR),
    _m("14.3", "relay: login signatures", AT_RELAY,
       "        if not holds:\n", "        if False:\n", DOOR),
    _m("14.3", "relay: a token is for its space", AT_RELAY,
       "if login.space != space_id:", "if False:", DOOR),
    _m("14.3", "relay: challenges are good once", SERVER + "auth.py",
       "        if random in self._used:\n            return False\n", "", DOOR),
    _m("14.3", "relay: challenges expire", SERVER + "auth.py",
       " or expires_s <= now_s:", ":", DOOR),
    _m("14.3", "relay: challenges are its own", SERVER + "auth.py",
       "if not hmac.compare_digest(mac, self._mac(random, expires_s)) or expires_s",
       "if expires_s", DOOR),
    _m("14.3", "relay: tokens are its own", SERVER + "auth.py",
       "if len(fields) != _LOGIN.size or not hmac.compare_digest(mac, self._mac(fields)):",
       "if len(fields) != _LOGIN.size:", DOOR),
    _m("14.3", "relay: tokens expire", SERVER + "auth.py",
       "return login if login.expires_s > now_s else None", "return login", DOOR),
    _m("14.3", "relay: the removed are refused", AT_RELAY,
       "    if not space.stands(login.signer):\n", "    if False:\n", DOOR),
    _m("14.4", "relay: find wants a signature", AT_RELAY,
       "        if not verify_login(\n            request.sign,",
       "        if False and not verify_login(\n            request.sign,", DOOR),
    _m("14.5", "relay: room for statements", AT_RELAY,
       "            if book.statement_bytes(member, by_root=by_root) > room:\n",
       "            if False:\n", RELAY),
    _m("14.5", "relay: points are told by id", SERVER + "core/logs.py",
       "                if held == point.id:\n", "                if True:\n", RELAY),
    _m("14.6", "relay: quota", AT_RELAY,
       "if used.get(member, 0) + more > self._member_quota:", "if False:", RELAY),
    _m("6.4", "relay: pages end at a checked signature", SERVER + "core/page.py",
       "if verify(labels.ENVELOPE_SIG, key, header, signature):", "if True:", RELAY),
    # --- 15 session
    _m("15.3", "deeper points are sent", PROTOCOL + "session.py",
       "        if deepen:\n", "        if False:\n", "tests/protocol/test_session.py"),
    _m("15.4", "no endless data", PROTOCOL + "session.py",
       "if self._stalls >= self.MAX_STALLS:", "if False:", "tests/protocol/test_session.py"),
    _m("15.4", "no endless wait", CLIENT + "sync/ahead.py",
       "async with asyncio.timeout(SILENCE_S):", "async with asyncio.timeout(None):",
       "tests/client/sync/test_ahead.py"),
    _m("15.6", "no endless push", PROTOCOL + "session.py",
       "if self._rounds > self.MAX_PUSH_ROUNDS:", "if False:", "tests/protocol/test_session.py"),
]  # fmt: skip
