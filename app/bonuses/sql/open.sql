-- The tables of one evaluation; temporary, made once per connection, emptied before each and by each commit.
create temporary table if not exists calendar (     -- of the month, by zone; made in Python, from the pinned tzdata
    zone text not null,
    evaluation_day smallint not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    evaluates_at timestamptz not null,
    primary key (zone, evaluation_day)
) on commit delete rows;

create temporary table if not exists deal (         -- the contracts that are evaluated
    contract_id int primary key,
    brand_id int not null,
    creator_id int not null,
    zone text not null,
    starts_on date not null,
    ends_on date not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    evaluates_on date not null,
    period tstzrange not null,
    cap_month bigint,
    cap_contract bigint,
    used bigint not null                            -- of cap_contract, by earlier months
) on commit delete rows;

create temporary table if not exists promise (      -- every line of monthly money they have in the month
    bonus_id int primary key,
    contract_id int not null,
    brand_id int not null,
    creator_id int not null,
    kind text not null,
    currency char(3) not null,
    amount bigint not null,
    mode text not null,
    counts_retainer boolean not null,
    measure text,
    period text,
    tiering text,
    since_on date not null,                         -- its own days
    first_on date not null,                         -- those of the month
    last_on date not null,
    active int not null,
    days int not null,
    kept bigint not null,                           -- where the step begins that an earlier month has reached
    past_part bigint not null,                      -- what earlier months have had
    past_complete boolean not null,
    due boolean not null
) on commit delete rows;

create temporary table if not exists given_back (   -- on a sale line
    brand_id int not null,
    sale_id bigint not null,
    amount bigint not null
) on commit delete rows;

create temporary table if not exists line (         -- sale lines that are looked at one by one
    contract_id int not null,
    brand_id int not null,
    sale_id bigint not null,
    occurred_at timestamptz not null,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    visitor bytea,
    currency char(3) not null,
    base bigint not null,
    refunded bigint not null,
    commission bigint not null, -- of the contract: its share, where the line's is shared
    rate_bps int not null,
    in_month boolean not null
) on commit delete rows;

create temporary table if not exists newcomer (     -- the buyers' first purchases from the brand
    brand_id int not null,
    visitor bytea not null,
    first_at timestamptz not null
) on commit delete rows;

create temporary table if not exists measure (      -- the month of a contract
    contract_id int not null,
    currency char(3) not null,
    lines bigint not null,
    orders bigint not null,                         -- 0 where no condition asks for them
    base numeric not null,
    refunded numeric not null,
    commission bigint not null,
    available_on date not null,
    primary key (contract_id, currency)
) on commit delete rows;

create temporary table if not exists factor (       -- what the conditions leave of a promise
    bonus_id int primary key,
    num bigint not null,
    den bigint not null,
    conditions jsonb not null
) on commit delete rows;

create temporary table if not exists slice (        -- days over which a threshold is added up
    bonus_id int not null,
    so_far boolean not null,                        -- or, over a contract, until the month before
    first_on date not null,
    last_on date not null,
    total bigint not null default 0,
    primary key (bonus_id, so_far)
) on commit delete rows;

create temporary table if not exists point (        -- its lines, with the measure before each
    bonus_id int not null,
    so_far boolean not null,
    net bigint not null,
    rate_bps int not null,
    upto bigint not null,
    before bigint not null
) on commit delete rows;

create temporary table if not exists band (         -- its steps: from where to where which rate holds
    bonus_id int not null,
    low bigint not null,
    high bigint,
    rate_bps int not null
) on commit delete rows;

create temporary table if not exists brought (      -- what its lines bring above their commission, and its amounts
    bonus_id int not null,
    so_far boolean not null,
    reached bigint not null,                        -- where the step begins that is reached, or kept
    amount bigint not null,
    pairs jsonb not null,
    steps jsonb not null,
    primary key (bonus_id, so_far)
) on commit delete rows;

create temporary table if not exists result (
    bonus_id int primary key,
    contract_id int not null,
    due boolean not null,
    full_target bigint not null,
    target bigint not null,
    outside bigint not null,
    working jsonb not null
) on commit delete rows;

create temporary table if not exists awarded (      -- what the newest award of a month wants in the books
    bonus_month_id bigint primary key,
    target bigint not null
) on commit delete rows;

truncate calendar, deal, promise, given_back, line, newcomer, measure, factor, slice, point, band, brought, result, awarded
