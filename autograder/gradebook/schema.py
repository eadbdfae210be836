"""The gradebook's tables, as the newest migration leaves them. Trusted side.

Rows are never changed and never deleted. That a version exists once is what keeps two writers apart.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

answers = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(100), nullable=False),
    Column("student", String(200), nullable=False),
    Column("task", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("flag", String(20), nullable=False),
    Column("time", String(40), nullable=False),
    UniqueConstraint("assignment", "student", "task", "version", name="one_answer_a_version"),
)

marks = Table(
    "mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(40), nullable=False, unique=True),
    Column("assignment", String(100), nullable=False),
    Column("student", String(200), nullable=False),
    Column("task", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("items", Text, nullable=False),  # JSON
    Column("points", Float, nullable=True),
    Column("comment", Text, nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("answer", String(64), nullable=False),
    Column("time", String(40), nullable=False),
    Column("author", String(200), nullable=False),
    Column("session", String(40), nullable=False),
    Column("batch", String(40), nullable=False),
    Column("undoes", String(40), nullable=False),
    UniqueConstraint("assignment", "student", "task", "version", name="one_mark_a_version"),
    Index("mark_of_task", "assignment", "task"),
)

requests = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(40), nullable=False, unique=True),
    Column("assignment", String(100), nullable=False),
    Column("student", String(200), nullable=False),
    Column("task", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("answers", String(40), nullable=False),  # uid of the request that this answers
    Column("time", String(40), nullable=False),
    Column("author", String(200), nullable=False),
    Index("request_of_lab", "assignment"),
)
