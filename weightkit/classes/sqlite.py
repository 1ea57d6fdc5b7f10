"""Classes in one SQLite file (WAL): a server that is restarted in mid-lecture has lost nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .asked import Answer, Asked, Given, Phase, State
from .store import LIFE, MOST_ANSWERS, MOST_QUESTIONS, Trouble

FILE = "classes.sqlite3"
PATIENCE = 2.0  # seconds that another process may hold the file
SCHEMA = """
CREATE TABLE IF NOT EXISTS class (
    code TEXT PRIMARY KEY, lock TEXT NOT NULL, n INTEGER NOT NULL, phase TEXT NOT NULL,
    last REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS question (
    code TEXT, n INTEGER, since REAL NOT NULL, said TEXT NOT NULL, card TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (code, n));
CREATE TABLE IF NOT EXISTS answer (
    code TEXT, n INTEGER, who TEXT, given TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (code, n, who)) WITHOUT ROWID;
"""
FULL = "The disk of this server is full: the class cannot go on here. The lesson itself does."
CLOSED = (
    "This server cannot write into its folder for classes ({folder}): no class can be held here."
    " The lesson itself goes on."
)


def home() -> Path:
    """The folder named by WEIGHTKIT_HOME, else one in the user's cache directory."""
    if named := os.environ.get("WEIGHTKIT_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "weightkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "weightkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "weightkit"


class Sqlite:
    """A `Store` in a file of this folder, which is made when it is first needed."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._one = threading.Lock()  # one connection, of which each question is short
        self._db: sqlite3.Connection | None = None

    def begin(self, code: str, lock: str, asked: Asked, now: float) -> bool:
        with self._at_once() as db:
            self._delete_old(db, now)
            made = db.execute(
                "INSERT OR IGNORE INTO class VALUES (?, ?, 1, 'open', ?)", (code, lock, now)
            ).rowcount
            if made:
                self._put(db, code, 1, asked, now)
            return bool(made)

    def lock(self, code: str, now: float) -> str | None:
        with self._at_once() as db:
            row = db.execute(
                "SELECT lock FROM class WHERE code = ? AND last > ?", (code, now - LIFE)
            ).fetchone()
            return row and row[0]

    def state(self, code: str, now: float) -> State | None:
        with self._at_once() as db:
            row = db.execute(
                "SELECT n, phase, since, said, (SELECT COUNT(*) FROM answer WHERE"
                " answer.code = class.code AND answer.n = class.n)"
                " FROM class JOIN question USING (code, n) WHERE code = ? AND last > ?",
                (code, now - LIFE),
            ).fetchone()
        if row is None:
            return None
        n, phase, since, said, answered = row
        return State(code, n, phase, since, Asked.read(said), answered)

    def ask(self, code: str, asked: Asked, now: float) -> bool:
        with self._at_once() as db:
            n = 1 + db.execute("SELECT n FROM class WHERE code = ?", (code,)).fetchone()[0]
            if n > MOST_QUESTIONS:
                return False
            db.execute("UPDATE class SET n = ?, phase = 'open' WHERE code = ?", (n, code))
            self._put(db, code, n, asked, now)
            return True

    def turn(self, code: str, n: int, phase: Phase, card: str = "") -> None:
        with self._at_once() as db:
            turned = db.execute(
                "UPDATE class SET phase = ? WHERE code = ? AND n = ? AND phase != 'revealed'",
                (phase, code, n),
            ).rowcount
            if turned and card:
                db.execute("UPDATE question SET card = ? WHERE code = ? AND n = ?", (card, code, n))

    def card(self, code: str, n: int) -> str:
        with self._at_once() as db:
            row = db.execute(
                "SELECT card FROM question WHERE code = ? AND n = ?", (code, n)
            ).fetchone()
            return row[0] if row else ""

    def answer(self, code: str, n: int, who: str, given: Given, now: float) -> bool:
        with self._at_once() as db:
            row = db.execute(
                "SELECT since FROM class JOIN question USING (code, n)"
                " WHERE code = ? AND n = ? AND phase = 'open' AND last > ? AND (SELECT COUNT(*)"
                " FROM answer WHERE code = ? AND n = ? AND who != ?) < ?",
                (code, n, now - LIFE, code, n, who, MOST_ANSWERS),
            ).fetchone()
            if row is None:
                return False
            db.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                (code, n, who, json.dumps(given), now - row[0]),
            )
            db.execute("UPDATE class SET last = ? WHERE code = ?", (now, code))
            return True

    def move(self, code: str, n: int, old: str, new: str) -> None:
        with self._at_once() as db:
            db.execute(
                "UPDATE OR REPLACE answer SET who = ? WHERE code = ? AND n = ? AND who = ?",
                (new, code, n, old),
            )

    def given(self, code: str, n: int, who: str) -> Given | None:
        with self._at_once() as db:
            row = db.execute(
                "SELECT given FROM answer WHERE code = ? AND n = ? AND who = ?", (code, n, who)
            ).fetchone()
            return row and json.loads(row[0])

    def answers(self, code: str) -> list[Answer]:
        with self._at_once() as db:
            rows = db.execute(
                "SELECT n, who, given, seconds FROM answer WHERE code = ? ORDER BY n, seconds, who",
                (code,),
            ).fetchall()
        return [Answer(n, who, json.loads(given), seconds) for n, who, given, seconds in rows]

    def questions(self, code: str) -> list[Asked]:
        with self._at_once() as db:
            rows = db.execute(
                "SELECT said FROM question WHERE code = ? ORDER BY n", (code,)
            ).fetchall()
        return [Asked.read(said) for (said,) in rows]

    def tidy(self, now: float) -> None:
        if self._db is None and not (self._folder / FILE).exists():
            return  # a server without a class makes no file
        with self._at_once() as db:
            deleted = self._delete_old(db, now)
        if deleted:
            with self._one, self._told():
                self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._one:
            if self._db is not None:
                self._db.close()
                self._db = None

    @staticmethod
    def _put(db: sqlite3.Connection, code: str, n: int, asked: Asked, now: float) -> None:
        row = (code, n, now, asked.spelled())
        db.execute("INSERT INTO question (code, n, since, said) VALUES (?, ?, ?, ?)", row)

    @staticmethod
    def _delete_old(db: sqlite3.Connection, now: float) -> int:
        old = "code IN (SELECT code FROM class WHERE last <= ?)"
        for table in ("answer", "question"):
            db.execute(f"DELETE FROM {table} WHERE {old}", (now - LIFE,))
        return db.execute("DELETE FROM class WHERE last <= ?", (now - LIFE,)).rowcount

    @contextmanager
    def _at_once(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._one, self._told():
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            db = sqlite3.connect(
                self._folder / FILE,
                timeout=PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                db.execute(f"PRAGMA {pragma}")
            db.executescript(SCHEMA)
            self._db = db
        return self._db

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the disk says, as a sentence."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            full = "full" in str(error) or getattr(error, "errno", 0) == 28
            raise Trouble(FULL if full else CLOSED.format(folder=self._folder)) from error
