"""A rule that keeps a journal honest, and the change that takes it away.

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
    " tests/attacks/test_rules_of_admission.py"
)
FLOODS = "tests/attacks/test_floods.py"
ADMISSION = ATTACKS + " tests/properties"
STORE = "tests/client/store/test_space.py " + ATTACKS
PAIRING = "tests/protocol/test_pairing.py tests/vectors"
MAIL = "tests/server/test_mailbox.py"
RETURNING = (
    "tests/client/store/test_making_way.py tests/client/store/test_retiring.py"
    " tests/client/journal/test_restored.py"
)
ERASING = "tests/client/store/test_receipts.py tests/client/journal/test_erasing.py"
VIEWS = "tests/protocol/test_causality.py tests/client/core " + "tests/vectors"
EVIDENCE = "tests/attacks/test_fork_evidence.py"
NOTICING = "tests/client/store/test_noticing.py"
NOTED = "tests/client/journal/test_noted.py"
RELAY = "tests/server/test_push_pull.py tests/server/test_parts.py"
DOOR = "tests/server/test_push_pull.py tests/server/test_parts.py tests/server/test_http.py"
AGREEING = "tests/client/practices/test_agreement.py"
NEEDS = "tests/client/practices/test_needs.py"
ROUNDS = "tests/client/practices/test_rounds.py tests/client/journal/test_revealing.py"
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


def mutant(clause: str, rule: str, path: str, old: str, new: str, by: str) -> Mutant:
    return Mutant(clause, rule, path, old, new, by)


RUNS = PROTOCOL + "runs.py"
BOOK = PROTOCOL + "roster.py"
EPOCHS = PROTOCOL + "epochs.py"
EVENT = PROTOCOL + "event.py"
KEYS = PROTOCOL + "signatures.py"
SEALING = PROTOCOL + "sealing.py"
PADDING = PROTOCOL + "padding.py"
ADMIT = CLIENT + "store/admitting.py"
ROWS = CLIENT + "store/envelopes.py"
STATE = CLIENT + "store/state.py"
WRITE = CLIENT + "store/appending.py"
SEND = CLIENT + "store/pushing.py"
RETURN = CLIENT + "store/restored.py"
RECOVER = CLIENT + "store/recovering.py"
ERASE = CLIENT + "store/erasing.py"
PAIR = PROTOCOL + "pairing.py"
ORDER = PROTOCOL + "causality.py"
FOLDS = CLIENT + "core/fold.py"
BOXES = SERVER + "core/mailbox.py"
REACH = CLIENT + "core/admission.py"
PUSH = SERVER + "core/push.py"
AT_RELAY = SERVER + "relay.py"
