"""Runs the migrations as the owner, one process at a time, under lock and statement time-outs; afterwards the
application can log in."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool, text

from app.database import Base, Lock
from app.processes.database_setup import let_application_in

engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=pool.NullPool)
with engine.connect() as connection:
    connection.execute(text("set lock_timeout = '20s'"))
    connection.execute(text("set statement_timeout = '30min'"))
    connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": Lock.MIGRATING})
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
if not context.is_offline_mode():
    let_application_in()
