"""search: what a creator can be found by, in Dutch and in English"""

from alembic import op

revision = "0021"
down_revision = "0020"

UP = """
-- Words by which people call a category, beside its names.
create table category_word (
    node_id int not null references node on delete restrict,
    language char(2) not null,
    word text not null,
    primary key (node_id, language, word)
);
revoke insert, update, delete on category_word from streamcut_app;

create table search_document (
    creator_id int primary key references creator on delete restrict,
    words tsvector not null,            -- Dutch and English stems, and the parts of compounds
    text text not null,                 -- lower case, for what is nearly right
    changed_at timestamptz not null
);
create index ix_search_document_words on search_document using gin (words);
"""

DOWN = "drop table search_document, category_word;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
