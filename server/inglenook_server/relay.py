"""The relay: the rules, the store and the clock brought together. Knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

from inglenook_protocol.codec import encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.genesis import Genesis, RootPublic
from inglenook_protocol.limits import MAX_ERASURE_BYTES, MAX_ROSTER_BYTES, TOKEN_SECONDS
from inglenook_protocol.login import NO_SPACE, verify_login
from inglenook_protocol.messages import (
    Challenge,
    FindRequest,
    Found,
    LoginRequest,
    PullRequest,
    PushRequest,
    PushResult,
    RegisterRequest,
    Token,
)
from inglenook_protocol.roster import Added, Statement, StatementBook, decode_content
from inglenook_protocol.signatures import check_public_key
from inglenook_server import auth
from inglenook_server.auth import Challenges, Login, LoginTokens
from inglenook_server.core.logs import IdQuery, Span, lacking, locate, open_queries
from inglenook_server.core.ops import AppendChunk, PutSecret, PutSpace, PutStatements, PutToken
from inglenook_server.core.page import BuiltPage, PageFrame, build_page
from inglenook_server.core.push import HeldIds, PushPlan, stored_bytes_by_member
from inglenook_server.counters import Counters
from inglenook_server.erasing import erase_bodies
from inglenook_server.errors import RelayError, about_statements
from inglenook_server.hub import Feed, Hub
from inglenook_server.mailboxes import Mailboxes
from inglenook_server.spaces import RecentChunks, Space, Spaces
from inglenook_server.storage.port import Snapshot, Storage, StorageConflict

_ROOM: Final = ((True, MAX_ROSTER_BYTES), (False, MAX_ROSTER_BYTES), (None, MAX_ERASURE_BYTES))
RECENT_BYTES: Final = 8 * 1024 * 1024
MAX_FOUND: Final = 64
OFFLOAD_ITEMS: Final = 128
OFFLOAD_STATEMENTS: Final = 32
"""A push of more than this is verified beside the event loop."""


class Relay:
    """One relay over one store. Made by ``open_relay``."""

    def __init__(
        self,
        storage: Storage,
        login_key: bytes,
        *,
        member_quota: int,
        cache_bytes: int,
        max_mailboxes: int,
        registration_token: str | None,
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self.storage = storage
        self.counters = Counters()
        self.hub = Hub()
        self.spaces = Spaces(storage, cache_bytes)
        self.clock = clock
        self.stopping = False
        self._member_quota = member_quota
        self._own_token = (
            None if registration_token is None else auth.hash_registration_token(registration_token)
        )
        self._challenges = Challenges(random_bytes(auth.KEY_BYTES), random_bytes)
        self._tokens = LoginTokens(login_key, random_bytes)
        self._recent = RecentChunks(RECENT_BYTES)
        self.mailboxes = Mailboxes(storage, max_mailboxes, clock)

    # --- registration and login -----------------------------------------------------------

    async def may_register(self, token: str) -> bool:
        """Whether ``token`` is a registration token of this relay."""
        hash_ = auth.hash_registration_token(token)
        if hash_ == self._own_token:
            return True
        return await self.storage.read(lambda s: any(t.hash == hash_ for t in s.tokens()))

    async def register(self, request: RegisterRequest) -> bool:
        """SPEC 14.2. Whether the space is new. Raises ``RelayError``, ``StorageError``."""
        try:
            genesis = Genesis(request.genesis)
        except RemoteProtocolError as error:
            raise RelayError("malformed", error.message) from None
        try:
            async with self.spaces.change(genesis.space_id) as space:
                await self._take_statements(space, request.statements)
                return False
        except RelayError as error:
            if error.code != "unknown-space":
                raise
        if not await self.may_register(request.token):
            raise RelayError("registration")
        book = StatementBook(genesis)
        try:
            new = book.add(request.statements)
        except RemoteProtocolError as error:
            raise about_statements(error) from None
        _check_statement_room(book)
        _check_begun_by_all(book)
        put = PutSpace(genesis.space_id, genesis.encoded, genesis.member_ids)
        try:
            await self.storage.commit([put, PutStatements(genesis.space_id, tuple(new))])
        except StorageConflict:
            # Somebody else registered it in the same moment.
            async with self.spaces.change(genesis.space_id) as space:
                await self._take_statements(space, request.statements)
            return False
        return True

    def challenge(self) -> Challenge:
        """SPEC 14.3."""
        return Challenge(self._challenges.make(self.clock()))

    def _take_challenge(self, nonce: bytes) -> None:
        match self._challenges.take(nonce, self.clock()):
            case None:
                raise RelayError("slow-down", retry_after_seconds=5)
            case False:
                raise RelayError("login", "The login took too long, or was used before.")

    async def login(self, request: LoginRequest, origin: str) -> Token:
        """SPEC 14.3. Raises ``RelayError`` (login, unknown-space, slow-down)."""
        self._take_challenge(request.nonce)
        async with self.spaces.use(request.space) as space:
            if (root := space.genesis.root_by_member.get(request.signer)) is not None:
                key = root.sign
            elif (device := space.book.device(request.signer)) is not None:
                key = device.sign
            else:
                raise RelayError("login", "The relay does not know this device yet.")
        holds = verify_login(
            key, origin, request.space, request.signer, request.nonce, request.signature
        )
        if not holds:
            raise RelayError("login", "The login does not hold for this relay's address.")
        token = self._tokens.make(request.space, request.signer, self.clock())
        return Token(token, TOKEN_SECONDS)

    async def find(self, request: FindRequest, origin: str) -> Found:
        """SPEC 14.4. Raises ``RelayError`` (login, slow-down)."""
        self._take_challenge(request.nonce)
        try:
            check_public_key(request.sign)
        except RemoteProtocolError:
            raise RelayError("login") from None
        member = RootPublic(request.sign, request.kem).member_id
        if not verify_login(
            request.sign, origin, NO_SPACE, member, request.nonce, request.signature
        ):
            raise RelayError("login", "The login does not hold for this relay's address.")
        return Found(await self.storage.read(lambda s: s.spaces_of(member, MAX_FOUND)))

    def read_login(self, token: str | None, space_id: bytes) -> Login:
        """The login of a bearer token. Raises ``RelayError`` (login, not-a-member)."""
        login = None if token is None else self._tokens.read(token, self.clock())
        if login is None:
            raise RelayError("login")
        if login.space != space_id:
            raise RelayError("not-a-member")
        return login

    async def check_stands(self, login: Login) -> None:
        """Raises ``RelayError`` (not-a-member, unknown-space)."""
        async with self.spaces.use(login.space) as space:
            _check_stands(space, login)

    # --- pull -----------------------------------------------------------------------------

    async def pull(self, login: Login, request: PullRequest) -> bytes:
        """SPEC 14.5: a page, encoded. Raises ``RelayError``, ``StorageError``."""
        self.counters.pulls += 1
        async with self.spaces.use(login.space) as space:
            _check_stands(space, login)
            feed = await self._feed(space, request)
            return (await self._next_page(space, feed)).body

    async def open_feed(self, login: Login, request: PullRequest) -> Feed:
        """Begin to follow the space from ``request.have`` (SPEC 14.7)."""
        async with self.spaces.use(login.space) as space:
            _check_stands(space, login)
            return await self._feed(space, request)

    async def follow(self, login: Login, feed: Feed, *, always: bool) -> BuiltPage | None:
        """The next page for a stream; None if nothing is new and not ``always`` one is due.

        Raises ``RelayError`` (not-a-member, unknown-space), ``StorageError``.
        """
        async with self.spaces.use(login.space) as space:
            _check_stands(space, login)
            if not always and not self._news(space, feed):
                return None
            page = await self._next_page(space, feed)
            self.counters.pages_streamed += 1
            return page

    async def _feed(self, space: Space, request: PullRequest) -> Feed:
        queries = open_queries(space.logs, request.have)
        ids: dict[IdQuery, bytes | None] = {}
        if queries:
            ids = await self.storage.read(
                lambda s: {query: s.id_at(query.branch, query.seq) for query in queries}
            )
        return Feed(request, locate(space.logs, request.have, ids))

    def _news(self, space: Space, feed: Feed) -> bool:
        return (
            feed.roster_hash != space.book.roster_hash
            or feed.erasures_hash != space.book.erasures_hash
            or bool(lacking(space.logs, space.book.roster.devices, feed.reach))
        )

    async def _next_page(self, space: Space, feed: Feed) -> BuiltPage:
        book = space.book
        statements: list[Statement] = []
        roster_hash, erasures_hash = book.roster_hash, book.erasures_hash
        if feed.roster_hash != roster_hash:
            statements += book.roster_statements()
        if feed.erasures_hash != erasures_hash:
            statements += book.erasure_statements()
        hashes = encode(roster_hash) + encode(erasures_hash)
        frame = PageFrame(encode(statements), space.heads(), hashes)
        spans = lacking(space.logs, book.roster.devices, feed.reach)
        page = self._recent_page(space, frame, spans, feed.page_bytes)
        if page is None:

            def build(snapshot: Snapshot) -> BuiltPage:
                return build_page(
                    space.id,
                    frame,
                    spans,
                    feed.page_bytes,
                    snapshot.chunks,
                    snapshot.id_at,
                    lambda id_: _sign_key(book, id_),
                )

            page = await self.storage.read(build)
        feed.roster_hash, feed.erasures_hash = roster_hash, erasures_hash
        feed.reach.update(page.reach)
        return page

    def _recent_page(
        self, space: Space, frame: PageFrame, spans: list[Span], page_bytes: int
    ) -> BuiltPage | None:
        """The page from memory alone, if all of it was stored just now."""
        covered = {}
        previous = {}
        for span in spans:
            pieces = self._recent.cover(span.branch.no, span.first_seq, span.last_seq)
            if pieces is None:
                return None
            covered[span.branch.no] = [chunk for _, chunk in pieces]
            previous[span.branch.no] = pieces[0][0]
        return build_page(
            space.id,
            frame,
            spans,
            page_bytes,
            lambda branch, _: covered[branch],
            lambda branch, _: previous[branch],
            lambda id_: _sign_key(space.book, id_),
        )

    # --- push -----------------------------------------------------------------------------

    async def push(self, login: Login, request: PushRequest) -> list[PushResult]:
        """SPEC 14.6. What is accepted is on disk. Raises ``RelayError``, ``StorageError``."""
        self.counters.pushes += 1
        async with self.spaces.change(login.space) as space:
            _check_stands(space, login)
            if request.statements:
                await self._take_statements(space, request.statements)
            if not request.runs:
                return []
            return await self._take_runs(space, login, request)

    async def _take_statements(self, space: Space, statements: list[Statement]) -> None:
        try:
            if len(statements) > OFFLOAD_STATEMENTS:
                book, new = await asyncio.to_thread(space.try_statements, statements)
            else:
                book, new = space.try_statements(statements)
        except RemoteProtocolError as error:
            raise about_statements(error) from None
        before = space.book
        if new:
            _check_statement_room(book)
            await self.storage.commit([PutStatements(space.id, tuple(new))])
            space.take_book(book, new)
        await erase_bodies(self.storage, space, before, statements, self._recent)
        if new:
            self.hub.stored(space.id, b"", ())

    async def _take_runs(
        self, space: Space, login: Login, request: PushRequest
    ) -> list[PushResult]:
        plan = PushPlan(space.id, space.logs, space.book, self.storage.new_branch_no)
        offload = sum(len(run.items) for run in request.runs) > OFFLOAD_ITEMS
        results: list[PushResult] = []
        for run in request.runs:
            held = HeldIds()
            if needs := plan.needs(run):
                pieces = await self.storage.read(
                    lambda s, needs=needs: [  # type: ignore[misc]
                        (need.branch, piece)
                        for need in needs
                        for piece in s.ids(need.branch, need.first_seq, need.last_seq)
                    ]
                )
                for branch, (first_seq, ids) in pieces:
                    held.add(branch, first_seq, ids)
            if offload:
                results.append(await asyncio.to_thread(plan.place, run, held))
            else:
                results.append(plan.place(run, held))
        if plan.ops:
            self._check_quota(space, plan)
            await self.storage.commit(plan.ops)
            before = space.logs
            stored = [op for op in plan.ops if isinstance(op, AppendChunk)]
            heads = {b.no: b.head_id for d in plan.changed for b in before.get(d, ())}
            for op in stored:
                previous = heads.get(op.branch.no, op.branch.start_previous)
                self._recent.add(op.branch.no, previous, op.chunk)
                heads[op.branch.no] = op.chunk.last_id
            space.take_branches(plan.changed)
            self.counters.events_stored += plan.events
            self.hub.stored(space.id, login.session, stored)
        return results

    def _check_quota(self, space: Space, plan: PushPlan) -> None:
        used = stored_bytes_by_member(space.logs, space.book.device)
        for member, more in plan.bytes_by_member.items():
            if used.get(member, 0) + more > self._member_quota:
                raise RelayError("quota")

    async def close(self) -> None:
        """Finish what is being written. Nothing more can be asked afterwards."""
        await self.storage.close()


async def open_relay(
    storage: Storage,
    *,
    member_quota: int,
    cache_bytes: int,
    max_mailboxes: int,
    registration_token: str | None = None,
    clock: Callable[[], float] = time.time,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> tuple[Relay, str | None]:
    """A relay over ``storage``, and the first registration token if it has just made one."""
    await storage.commit([PutSecret("login", random_bytes(auth.KEY_BYTES))])
    key = await storage.read(lambda s: s.secret("login"))
    first: str | None = None
    if registration_token is None and not await storage.read(lambda s: s.tokens()):
        first = auth.make_registration_token(random_bytes)
        await storage.commit([PutToken(auth.hash_registration_token(first), "first")])
    relay = Relay(
        storage,
        key or b"",
        member_quota=member_quota,
        cache_bytes=cache_bytes,
        max_mailboxes=max_mailboxes,
        registration_token=registration_token,
        clock=clock,
        random_bytes=random_bytes,
    )
    return relay, first


def _check_stands(space: Space, login: Login) -> None:
    if not space.stands(login.signer):
        raise RelayError("not-a-member")


def _check_statement_room(book: StatementBook) -> None:
    """All statements of a space go into one page, so their size is bounded, for each member
    alone (SPEC 14.5)."""
    for member in book.genesis.member_ids:
        for by_root, room in _ROOM:
            if book.statement_bytes(member, by_root=by_root) > room:
                raise RelayError("quota")


def _check_begun_by_all(book: StatementBook) -> None:
    """A space is its members' only if each of their roots added a device (SPEC 14.2)."""
    said = [decode_content(statement.content) for statement in book.roster_statements()]
    adding = {content.by for content in said if isinstance(content, Added)}
    if not adding.issuperset(book.genesis.root_by_member):
        raise RelayError(
            "bad-statement", "Not everybody whose space this is said added a device to it."
        )


def _sign_key(book: StatementBook, device_id: bytes) -> bytes | None:
    device = book.device(device_id)
    return None if device is None else device.sign
