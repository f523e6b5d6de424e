"""What is checked where two meet and where something is proved: pairing, linking, reveals, proofs,
messages (SPEC 1, 8, 11.7, 14, 16, 18)."""

from __future__ import annotations

from mutant import (
    ADMISSION,
    BOOK,
    CLIENT,
    DOOR,
    EPOCHS,
    FORM,
    PAIR,
    PAIRING,
    PROTOCOL,
    ROSTER,
    RUNS,
    SEALING,
    Mutant,
)
from mutant import mutant as _m

LINK = PROTOCOL + "linking.py"
PROOF = PROTOCOL + "proof.py"
REVEAL = PROTOCOL + "reveal.py"
MESSAGES = PROTOCOL + "messages.py"
SESSION = PROTOCOL + "session.py"
LINKING = "tests/vectors tests/protocol/test_decoders.py tests/attacks/test_linking_attacks.py"
PROVING = "tests/protocol/test_proof.py tests/vectors"
ROUNDS = "tests/client/practices/test_rounds.py tests/vectors tests/fuzz/test_mutations.py"
MEETING = PAIRING + " tests/client/sync/test_pairing.py"
SESSIONS = "tests/protocol/test_session.py"

MUTANTS: list[Mutant] = [
    # --- 1 to 9: what is whole, and what a bad one is called
    _m("1.2", "what is no record is malformed", PROTOCOL + "codec.py",
       "except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):\n"
       "            raise malformed(what) from None",
       "except ZeroDivisionError:\n            raise malformed(what) from None", FORM),
    _m("4.3", "so many members", PROTOCOL + "genesis.py",
       'if len(record.members) != (1 if record.kind == "private" else 2) or not',
       "if not", FORM + " tests/protocol/test_pairing.py"),
    _m("4.3", "roots of small order", PROTOCOL + "genesis.py",
       "            check_public_key(root.sign)\n", "            pass\n", FORM),
    _m("6.2", "what does not hold is named", RUNS,
       "        flaw = Reject.BAD_SIGNATURE\n", "", FORM),
    _m("7.1", "statements that nobody known signed", BOOK,
       "            if not ready:\n"
       "                raise RemoteProtocolError(\n"
       "                    Reject.BAD_STATEMENT,"
       ' "A statement about devices is signed by nobody known."\n'
       "                )\n",
       "            if not ready:\n                break\n", ROSTER),
    _m("8.3", "what is for others is for others", EPOCHS,
       "    if wrap is None:\n",
       "    wrap = wrap or record.wraps[0].wrap\n    if False:\n", FORM + " " + ADMISSION),
    _m("8.3", "a wrap that does not open is a bad key", PROTOCOL + "keys.py",
       "        except (InvalidTag, ValueError):\n            raise TrustError(Reject.BAD_KEY",
       "        except ZeroDivisionError:\n            raise TrustError(Reject.BAD_KEY", FORM),
    _m("8.2", "a key that can't be used is a bad key", PROTOCOL + "keys.py",
       "    except ValueError:\n        raise TrustError(Reject.BAD_KEY",
       "    except ZeroDivisionError:\n        raise TrustError(Reject.BAD_KEY", ROSTER),
    _m("9.5", "a body that does not open is a bad seal", SEALING,
       "except (InvalidTag, ValueError):", "except ZeroDivisionError:", FORM + " " + ADMISSION),
    _m("9.4", "a payload that does not fit is called so", PROTOCOL + "kinds/registry.py",
       "    except RemoteProtocolError as error:\n"
       "        raise RemoteProtocolError(Reject.MALFORMED_PAYLOAD",
       "    except ZeroDivisionError as error:\n"
       "        raise RemoteProtocolError(Reject.MALFORMED_PAYLOAD", FORM),
    _m("9.5", "what lacks its key is called so", CLIENT + "core/opening.py",
       'does not open."""\n    key = keys.get(envelope.key_id)\n    if key is None:\n'
       "        return Reject.NO_KEY\n    if envelope.body is None:\n",
       'does not open."""\n    key = keys.get(envelope.key_id)\n    if key is None:\n'
       "        return Reject.BAD_SEAL\n    if envelope.body is None:\n", ADMISSION),
    # --- 11.7 proofs
    _m("11.7", "largest proof", PROOF, "if len(source) > MAX_MESSAGE_BYTES:", "if False:", PROVING),
    _m("11.7", "a proof of this version", PROOF,
       "if source.startswith(KIND) and newline and number.isdigit():", "if False:", PROVING),
    _m("11.7", "two versions begin where they say", PROOF,
       "if (proof.first_seq == 1) != (proof.previous == ZERO_ID):", "if False:", PROVING),
    _m("11.7", "no version beyond the last seq", PROOF,
       "if proof.first_seq + max(len(chain.links) for chain in proof.chains) - 1 > MAX_SEQ:",
       "if False:", PROVING),
    _m("11.7", "the two versions differ, in order", PROOF,
       "if not ids[0] < ids[1]:", "if False:", PROVING),
    _m("11.7", "both versions are signed", PROOF,
       "if not all(verify(", "if not any(verify(", PROVING),
    _m("11.7", "statements of this space", PROOF,
       "if content.space != genesis.space_id:", "if False:", PROVING),
    _m("11.7", "additions only", PROOF, "if not isinstance(content, Added) or content.by",
       "if content.by", PROVING),
    _m("11.7", "each by the one before", PROOF, "content.by != by or", "", PROVING),
    _m("11.7", "all of one member", PROOF, " or content.member != member:", ":", PROVING),
    _m("11.7", "device keys of small order", PROOF,
       "        check_public_key(content.sign)\n", "", PROVING),
    _m("11.7", "additions are signed", PROOF,
       "if not verify(labels.STATEMENT_SIG,", "if False and not verify(labels.STATEMENT_SIG,",
       PROVING),
    _m("11.7", "no circle", PROOF, "if device.id in seen:", "if False:", PROVING),
    # --- 14 messages
    _m("14.1", "largest message", MESSAGES,
       "if len(source) > MAX_MESSAGE_BYTES:", "if False:", FORM),
    _m("14.5", "logs ascend", MESSAGES,
       "if not ascending([log.device for log in have]) or not all(", "if not all(", FORM),
    _m("14.5", "points ascend", MESSAGES,
       "ascending(log.points) for log in have", "True for log in have", FORM),
    _m("14.6", "points of a gap ascend", MESSAGES,
       "if not all(ascending(result.heads) for result in results if isinstance(result, Gap)):",
       "if False:", FORM),
    _m("14.1", "points of an error ascend", MESSAGES,
       "if answer.detail is not None and not ascending(answer.detail):", "if False:", FORM),
    _m("14.8", "a claim has its size", MESSAGES, "if len(claim) not in (0, 16):", "if False:",
       FORM + " " + DOOR + " tests/server/test_mailbox.py"),
    _m("15.1", "a space is registered once", SESSION, "if self._registered:", "if False:",
       SESSIONS + " tests/client/sync/test_bad_relays.py"),
    _m("15.1", "a gap is gone into once", SESSION, "if device in self._deepened:", "if False:",
       SESSIONS + " tests/client/sync/test_bad_relays.py"),
    # --- 16.3 pairing
    _m("16.3", "nobody pairs with themselves", PAIR,
       "        except LocalProtocolError:\n            raise TrustError(\n"
       "                Reject.BAD_KEY,\n"
       '                "The other side showed',
       "        except ZeroDivisionError:\n            raise TrustError(\n"
       "                Reject.BAD_KEY,\n"
       '                "The other side showed', MEETING),
    _m("16.3", "device keys of small order", PAIR,
       "    check_public_key(record.device_sign)\n", "", MEETING + " " + FORM),
    _m("16.3", "root keys of small order", PAIR,
       "    check_public_key(record.root_sign)\n", "", MEETING + " " + FORM),
    _m("16.2", "an invite of this version", PAIR,
       "if begins and begins.group() != kind.prefix:", "if False:", MEETING),
    _m("16.2", "an invite of its kind", PAIR,
       'if begins and begins.group(1) != kind.prefix.partition(":")[0]:', "if False:",
       MEETING + " tests/client/journal/test_devices.py -m long -k taken_for"),
    _m("16.2", "one text of an invite only", PAIR,
       " or invite.to_text() != compact:", ":", MEETING + " " + FORM),
    # --- 16.6 linking
    _m("16.6", "keys are what was committed to", LINK,
       "if not hmac.compare_digest(link_commitment(l3), commitment):", "if False:", LINKING),
    _m("16.6", "the words bind the commitment", LINK,
       "mailbox + commitment + l2 + l3", "mailbox + l2 + l3", LINKING),
    _m("16.6", "the confirmation fits the words", LINK,
       "if not hmac.compare_digest(mac, self._mac(secret, inviter=inviter)):", "if False:",
       LINKING),
    _m("16.6", "the confirmation has its role", LINK,
       "bytes([0 if inviter else 1]) + self._hash", "self._hash", LINKING),
    _m("16.6", "the device is that of the transcript", LINK,
       "                or content != expected\n", "", LINKING),
    _m("16.6", "its inviter has signed it", LINK,
       "                or not verify(\n", "                or False and not verify(\n", LINKING),
    _m("16.6", "a statement for each journal", LINK,
       "if len(record.statements) != len(self.spaces):", "if False:", LINKING),
    _m("16.6", "a token for each journal", LINK,
       "if len(record.tokens) != len(self.spaces) or", "if", LINKING),
    _m("16.6", "the person's name is a line", LINK,
       " or len(record.name.encode()) > MAX_LINE_BYTES:", ":", LINKING),
    _m("16.6", "computers' names are lines", LINK,
       "if len(name.encode()) > MAX_LINE_BYTES:", "if False:", LINKING),
    _m("16.6", "the private journal first", LINK,
       "if genesis.kind != kind or (", "if (", LINKING),
    _m("16.6", "a shared journal is at a relay", LINK,
       ' or (kind == "shared" and not offered.origin):', ":", LINKING),
    _m("16.6", "a member of that journal", LINK,
       "if member not in genesis.root_by_member or ", "if ", LINKING),
    _m("16.6", "two computers, not one", LINK, " or inviter.id == joiner.id:", ":", LINKING),
    _m("16.6", "keys of the new one", LINK,
       "            check_public_key(keys.sign)\n", "            pass\n", LINKING),
    _m("16.6", "keys of the one that stands", LINK,
       "    check_public_key(offered.sign)\n", "", LINKING),
    # --- 18 reveals
    _m("18.2", "a half within its limits", REVEAL,
       "    if any(breaks_limit(getattr(record, field), limit) for field, limit in _CHECKS):\n",
       "    if False:\n", "tests/protocol/test_decoders.py"),
    _m("18.5", "what is opened is what was readied", REVEAL,
       "if ready_commitment(opening, half) != commitment:", "if False:", ROUNDS),
    _m("18.5", "a half is of its round", CLIENT + "core/practices/revealing.py",
       "return round_id(space_id, half.practice, half.week) == entity_id", "return True", ROUNDS),
    _m("18.4", "nobody is shown the other's half alone", CLIENT + "core/practices/revealing.py",
       "theirs if together else None", "theirs", ROUNDS),
    _m("18.3", "what was taken back is not opened", CLIENT + "core/practices/revealing.py",
       "            standing.pop(one.by, None)\n", "            pass\n", ROUNDS),
    # --- 13 what counts
    _m("13.4", "a kind counts in its place", CLIENT + "core/practices/folding.py",
       'return PLACE_BY_KIND.get(kind, "any") in ("any", place)', "return True",
       "tests/client/practices tests/client/core/test_fold.py tests/properties"),
    _m("13.1", "what only the author may do", CLIENT + "core/practices/folding.py",
       "AUTHOR: own,", "AUTHOR: True,", "tests/client/practices tests/client/core tests/vectors"),
    _m("13.1", "what only the other may do", CLIENT + "core/practices/folding.py",
       "PARTNER: not own,", "PARTNER: True,",
       "tests/client/practices tests/client/core tests/vectors"),
    _m("13.5", "rows are for whom they say", CLIENT + "core/practices/machine.py",
       "            and _is_by(row.who, side, run)\n", "", "tests/client/practices tests/vectors"),
    _m("13.5", "rows hold when they say", CLIENT + "core/practices/machine.py",
       "            and all(_holds(name, event, knowing, conditions) for name in row.when)\n", "",
       "tests/client/practices tests/vectors"),
    _m("13.7", "nobody speaks for the other", CLIENT + "core/practices/folding.py",
       '    if isinstance(first, kinds.TurnSpoken) and first.voice == "other"'
       " and not first.passed:\n",
       "    if False:\n", "tests/client/practices tests/vectors"),
    _m("13.7", "nobody answers for the other", CLIENT + "core/practices/folding.py",
       'if getattr(event.payload, "voice", "own") == "other" and not self._passed:', "if False:",
       "tests/client/practices tests/vectors"),
    _m("13.9", "both agree to one version", CLIENT + "core/practices/consent.py",
       "return len(agreed) == 2 and agreed[0][1] == agreed[1][1]", "return len(agreed) == 2",
       "tests/client/practices tests/properties"),
    _m("13.9", "acts that crossed hold where they agree", CLIENT + "core/practices/consent.py",
       "if version and all(act.version == version for act in acts):", "if version:",
       "tests/client/practices tests/properties"),
]  # fmt: skip
