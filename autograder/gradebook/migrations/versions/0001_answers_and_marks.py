"""Answers and marks, both only ever added to. Trusted side."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("assignment", sa.String(100), nullable=False),
        sa.Column("student", sa.String(200), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("flag", sa.String(20), nullable=False),
        sa.Column("time", sa.String(40), nullable=False),
        sa.UniqueConstraint("assignment", "student", "task", "version", name="one_answer_a_version"),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.String(40), nullable=False, unique=True),
        sa.Column("assignment", sa.String(100), nullable=False),
        sa.Column("student", sa.String(200), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("points", sa.Float, nullable=True),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("answer", sa.String(64), nullable=False),
        sa.Column("time", sa.String(40), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("undoes", sa.String(40), nullable=False),
        sa.UniqueConstraint("assignment", "student", "task", "version", name="one_mark_a_version"),
    )
    op.create_index("mark_of_task", "mark", ["assignment", "task"])
