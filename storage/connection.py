"""Connections: one writer behind a fair lock, a few readers beside it, each on a thread of aiosqlite's."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import aiosqlite

from bot.domain.errors import StoreBusy, StoreError
from storage.errors import running

log = logging.getLogger(__name__)

T = TypeVar("T")

BUSY_TIMEOUT_S = 2.0
"""How long SQLite waits for another program's lock. Who gets StoreBusy tries again; ending waits for this at most."""

STATEMENTS = 256
"""Prepared statements kept by a connection: room for all of queries.sql."""

TOLD_AGAIN_S = 300.0
"""A trouble is told once in so many seconds of the wall: on a full disk a small write still succeeds at times."""

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -8000",  # KiB at most: pages of the indexes on numbers are touched at random
    "PRAGMA temp_store = MEMORY",
)

Work = Callable[[sqlite3.Connection], T]
"""What is done on a connection, on that connection's thread."""


class Link:
    """A connection and its thread.

    aiosqlite hands every statement to the thread and back, which costs more than most of our statements. It has no
    public way to do several there at once; `_execute`, of which all its public methods are made, is that way.
    """

    def __init__(self, connection: aiosqlite.Connection, path: Path, file: os.stat_result) -> None:
        self._connection = connection
        self._path = path
        self._file = file
        self._closed = False

    def require_file(self) -> None:
        """Check that the file is still where it was opened: what is written to a deleted one is lost in the end.

        Raises:
            StoreError: it is not.
        """
        try:
            there = os.path.samestat(self._path.stat(), self._file)
        except FileNotFoundError:
            there = False
        except OSError:  # it cannot be looked at just now, which says nothing
            there = True
        if not there:
            raise StoreError(
                f"DATABASE_URL names {self._path}: it was moved, replaced or deleted while it was in use: put it back"
            )

    async def do(self, work: Work[T]) -> T:
        """Do all of `work` on the connection's thread, in one hop. Once queued it is done, even if the caller goes."""
        connection = self._connection
        if self._closed:
            raise StoreBusy("the database is closed")
        result: T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]
        return result

    async def close(self) -> None:
        """Close it and end its thread, after what was asked of it."""
        self._closed = True
        await self._connection.close()


async def connect(path: Path, *, read_only: bool = False) -> Link:
    """Open a connection to a database that is there.

    Raises:
        sqlite3.Error, OSError
    """
    uri = _uri(path, "ro" if read_only else "rw")
    file = _tried(path, uri)
    # isolation_level None: transactions are begun and ended by us, never by the module
    connection = await aiosqlite.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, cached_statements=STATEMENTS
    )
    link = Link(connection, path, file)
    try:
        await link.do(_prepare)
    except BaseException:
        await link.close()
        raise
    return link


def _tried(path: Path, uri: str) -> os.stat_result:
    """The file, which can be opened: else a thread of aiosqlite may outlive the event loop and complain of that."""
    sqlite3.connect(uri, uri=True).close()
    return path.stat()


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def _prepare(db: sqlite3.Connection) -> None:
    db.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        db.execute(pragma)


def roll_back(db: sqlite3.Connection) -> None:
    """Undo what was begun, if anything was."""
    if db.in_transaction:
        db.rollback()


def whole(work: Work[T]) -> Work[T]:
    """`work` as one transaction of its own."""

    def in_transaction(db: sqlite3.Connection) -> T:
        db.execute("BEGIN IMMEDIATE")
        try:
            result = work(db)
            db.commit()
        finally:
            roll_back(db)
        return result

    return in_transaction


class Writer:
    """The one connection that writes. Who waits for it is served in the order of asking.

    That it cannot be written is told to the operator here, once: whoever wanted to write only tries again.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = asyncio.Lock()
        self._trouble = ""
        self._told: tuple[str, float] = ("", -TOLD_AGAIN_S)
        self._closing = False

    async def write(self, work: Work[T]) -> T:
        """Do `work` in one transaction. Raises StoreBusy, BrokenConstraint, StoreError."""
        async with self._lock, self._noting():
            self._link.require_file()
            with running():
                return await self._link.do(whole(work))

    async def outside(self, work: Work[T]) -> T:
        """Do `work` outside of any transaction (checkpoints)."""
        async with self._lock:
            with running():
                return await self._link.do(work)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A transaction over several awaits: committed when the context ends well, rolled back when it raises."""
        async with self._lock, self._noting():
            self._link.require_file()
            session = Session(self._link)
            try:
                yield session
                await session.commit()
            finally:
                # also when the caller was cancelled in between: what was begun on the thread must not stay open.
                # The queue of the thread keeps order, so the next transaction finds this one gone.
                session.close()
                await self._link.do(roll_back)

    async def close(self) -> None:
        """Close it, after what is being done."""
        self._closing = True
        async with self._lock:
            await self._link.close()

    @asynccontextmanager
    async def _noting(self) -> AsyncIterator[None]:
        """Tell the operator that it cannot be written, and that it can again: something new stands in it."""
        before = await self._changes() if self._trouble else 0
        try:
            yield
        except StoreBusy as error:
            self._tell(str(error))
            raise
        if self._trouble and await self._changes() > before:
            log.info("the database can be written again")
            self._trouble = ""

    async def _changes(self) -> int:
        return await self._link.do(lambda db: db.total_changes)

    def _tell(self, trouble: str) -> None:
        new, self._trouble = trouble != self._trouble, trouble
        words, at_s = self._told
        if self._closing or not new or (words == trouble and time.monotonic() - at_s < TOLD_AGAIN_S):
            return
        self._told = trouble, time.monotonic()
        log.error(
            "the database cannot be written (%s): nothing is lost, updates wait at Telegram and messages here; "
            "all goes on by itself once that is mended",
            trouble,
        )


class Session:
    """The transaction under way on the writer. It is begun by its first `do`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._begun = False
        self._closed = ""

    async def do(self, work: Work[T]) -> T:
        """Do `work` inside the transaction. After an error there is no going on: it has to be left by raising."""
        if self._closed:
            raise RuntimeError(self._closed)
        begin, self._begun = not self._begun, True

        def inside(db: sqlite3.Connection) -> T:
            if begin:
                db.execute("BEGIN IMMEDIATE")
            return work(db)

        try:
            with running():
                return await self._link.do(inside)
        except BaseException:
            self._closed = "this transaction failed"
            raise

    async def commit(self) -> None:
        """Make it durable."""
        if self._closed:
            raise RuntimeError(self._closed)
        if self._begun:
            with running():
                await self._link.do(lambda db: db.commit())

    def close(self) -> None:
        """Nothing more can be done with it."""
        self._closed = self._closed or "this transaction is over"


class Readers:
    """Connections that only read: they never wait for the writer, nor it for them.

    One of them is never given to what takes long, so that delivery and health need not wait for a digest.
    """

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = links
        self._long = asyncio.Semaphore(max(1, len(links) - 1))
        self._free: asyncio.LifoQueue[Link] = asyncio.LifoQueue()
        for link in links:
            self._free.put_nowait(link)

    async def read(self, work: Work[T]) -> T:
        """Do `work`, which is quick, on one state of the database."""
        link = await self._free.get()
        try:
            with running():
                return await link.do(_snapshot(work))
        finally:
            self._free.put_nowait(link)

    async def read_long(self, work: Work[T]) -> T:
        """The same where it may take seconds after years."""
        async with self._long:
            return await self.read(work)

    async def close(self) -> None:
        """Close them."""
        for link in self._links:
            await link.close()


def _snapshot(work: Work[T]) -> Work[T]:
    def in_transaction(db: sqlite3.Connection) -> T:
        db.execute("BEGIN")
        try:
            return work(db)
        finally:
            roll_back(db)

    return in_transaction
