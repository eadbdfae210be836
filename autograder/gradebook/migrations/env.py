"""Alembic's way in: migrates over the connection that the gradebook holds. Trusted side."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
