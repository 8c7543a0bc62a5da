"""The store's tables and views as SQL text, with a comment for each column; `.schema` in any SQLite shell shows them.

Instants are text, UTC, `YYYY-MM-DDTHH:MM:SSZ`, so that they sort and compare as they read. Lists and mappings are JSON text.
`store/migrations.py` applies these statements; a released one is never edited, a later migration changes what it made.
"""

APPLICATION_ID = 0x53434F55  # "SCOU", in the file's header (sqlite.org/pragma.html#pragma_application_id)
STEPS = (
    "m001_items_runs_ledger",
    "m002_reports_seen_until",
    "m003_report_entries_chosen",
    "m004_readings",
    "m005_marks",
    "m006_votes",
    "m007_years",
    "m008_times",
)
"""The names of all migrations, in order: a store that has had them needs none."""

ITEMS = """
create table items (
    pk integer primary key,        -- stable row number, for the full-text index
    id text not null unique,       -- canonical: arxiv:2605.18071, github:owner/repo@tag, doi:…, hn:…, program:NAME/key, url:https://…
    kind text not null,            -- paper, release, post, talk, thread
    title text not null,           -- as the owner writes it, on one line
    url text not null,             -- the address to open
    published text,                -- first publication; null where none is known: never guessed
    precision text not null,       -- second, day, month, none
    date_source text not null,     -- which field of which service said so, e.g. arxiv:published
    claimed text not null,         -- a date that cannot count (future, before 1990, unreadable), as written
    updated text,                  -- last change according to the source
    announced text,                -- when it was made public, where the source says so
    summary text not null,         -- plain text: abstract, release notes, the post's text
    authors text not null,         -- JSON list
    tags text not null,            -- JSON list: categories, keywords, sessions
    links text not null,           -- JSON list: other addresses of or about the same thing
    extra text not null,           -- JSON object: what only this kind has (tag, version, points …)
    first_seen text not null,      -- when scout first saw it
    owner text not null,           -- the source whose words these are
    authority integer not null     -- that source's rank: only an equal or higher one may change them
) strict;
create index items_published on items (published);
create index items_first_seen on items (first_seen);
create index items_undated on items (first_seen) where published is null;

create table sightings (
    source text not null,          -- a name in feeds.yaml
    item_id text not null references items (id),  -- items.id
    url text not null,             -- where this source pointed
    title text not null,           -- what this source called it
    first_seen text not null,      -- when this source first showed it
    last_seen text not null,       -- last time that the source's answer was read and had it
    first_run integer not null,    -- runs.id
    primary key (source, item_id)
) strict, without rowid;
create index sightings_item on sightings (item_id);

create table item_history (
    id integer primary key,        -- in the order of seeing
    item_id text not null references items (id),  -- items.id
    field text not null,           -- title, url, published, updated, summary, links, extra
    earlier text,                  -- the value before
    replaced text not null,        -- when scout saw that it had changed
    run integer not null           -- runs.id
) strict;
create index item_history_item on item_history (item_id);
"""

RUNS = """
create table runs (
    id integer primary key,        -- in the order of starting
    started text not null,         -- when
    ended text,                    -- null: still running, or killed
    since text not null,           -- the window asked for, first day
    until text not null,           -- its last day, included
    version text not null          -- of scout
) strict;

create table outcomes (
    run integer not null references runs (id),  -- runs.id
    source text not null,          -- a name in feeds.yaml
    kind text not null,            -- arxiv, feed, github_releases …
    result text not null,          -- ok unchanged empty partial rate_limited blocked unreachable broken refused not_finished
    why text not null,             -- in words, empty when all is well
    requests integer not null,     -- how many were made, redirects and retries counted
    received integer not null,     -- bytes on the wire
    seconds real not null,         -- without the pauses of politeness
    items_seen integer not null,   -- in the answers
    items_new integer not null,    -- that the store did not have
    oldest text,                   -- oldest date seen in the answers
    newest text,                   -- newest date seen
    covers_start text,             -- from here …
    covers_end text,               -- … to here silence means that there was nothing
    not_before text,               -- when the service may be asked again
    notes text not null,           -- JSON list: what a reader should know
    ended text,                    -- null: never got so far
    primary key (run, source)
) strict, without rowid;
create index outcomes_source on outcomes (source, run);
"""

MEMORY = """
create table http_cache (
    url text primary key,          -- as asked
    etag text not null,            -- byte for byte
    last_modified text not null,   -- byte for byte
    sha256 text not null,          -- of the decoded body
    stored text not null           -- when; always together with the items that came with it
) strict, without rowid;

create table hosts (
    host text primary key,         -- name, or name:port
    not_before text not null       -- the host asked for a pause until then
) strict, without rowid;

create table replies (
    url text primary key,          -- a link of a report that was asked for
    result text not null,          -- what became of it, in the words of outcomes.result
    status integer,                -- HTTP status, if there was an answer
    asked text not null            -- when
) strict, without rowid;

create table source_state (
    source text primary key,       -- a name in feeds.yaml
    fingerprint text not null,     -- of its options: changed options start anew
    state text not null,           -- JSON object: what the source remembers between runs
    stored text not null           -- when
) strict, without rowid;
"""

LEDGER = """
create table reports (
    id integer primary key,        -- for report_entries
    day text not null,             -- the report's date
    title text not null,           -- its first heading
    path text not null,            -- where it was read from
    run_type text not null,        -- as it says: first, normal, delayed …
    since text,                    -- the window it says it searched
    until text,                    -- and the window's last day
    negatives text not null,       -- JSON list: what it says it looked for and did not find
    unread text not null,          -- JSON list: what scout could not read in it, line by line
    digest text not null,          -- of what was read
    unique (day, title)
) strict;

create table report_entries (
    id integer primary key,        -- in the report's order
    report integer not null references reports (id) on delete cascade,  -- reports.id
    number integer,                -- null for what is only mentioned
    section text not null,         -- A, B, A', additional, boundary, crosscutting, references
    grade integer not null,        -- 2 a numbered entry, 1 a mention, 0 a bare reference
    title text not null,           -- the entry's heading without its number
    ids text not null,             -- JSON list of item ids, the thing itself first
    links text not null,           -- JSON list of addresses
    text text not null,            -- what the report says about it
    stated text not null,          -- the date as the report states it
    runtime text not null,         -- the verdict on its runtime evaluation
    line integer not null          -- where it stands in the report
) strict;
create index report_entries_report on report_entries (report);

create table reported (            -- which items an entry speaks of
    item_id text not null,         -- an id that items may have
    entry integer not null references report_entries (id) on delete cascade,  -- report_entries.id
    place integer not null,        -- 0 the thing itself, then its companions
    primary key (item_id, entry)
) strict, without rowid;
"""

SEEN_UNTIL = """
alter table reports add column
seen_until text not null default '' /* up to when it could know: as its draft says, else the end of its day */;
update reports set seen_until = strftime('%Y-%m-%dT00:00:00Z', day, '+1 day');
"""

LEDGER_CHOSEN = """
alter table report_entries add column
chosen integer not null default 1 /* whether a person wrote it or kept it; 0: only scout's own draft listed it */;
"""

MARKS = """
create table marks (               -- what the curator decided about an item; rows are added and ended, never changed otherwise
    id integer primary key,        -- in the order of marking
    item_id text not null references items (id) on update cascade,  -- items.id
    decision text not null,        -- A, B, context, drop
    why text not null,             -- in the curator's words, may be empty
    made text not null,            -- when
    undone text                    -- when it was taken back or replaced; null: it stands
) strict;
create index marks_item on marks (item_id);
"""

VOTES = """
create table votes (               -- somebody else's choice of a thing, as a source showed it; a new row for a new count
    id integer primary key,        -- in the order of reading
    item_id text not null,         -- an id that items may have
    source text not null,          -- a name in feeds.yaml
    kind text not null,            -- upvotes, list (an addition to it), link (in a newsletter or digest)
    day text,                      -- when it was cast, as the source says; null where it does not
    count integer not null,        -- upvotes as read; 1 for a list or a link
    url text not null,             -- where the choice stands: the paper's page, the list, the newsletter's post
    title text not null,           -- what the voter calls it, may be empty
    read_at text not null,         -- when
    run integer not null references runs (id)  -- runs.id
) strict;
create index votes_item on votes (item_id, source);
"""

FULL_TEXT = """
create virtual table items_fts using fts5 (
    title, summary, authors, tags, content='items', content_rowid='pk', tokenize='porter unicode61'
);
create trigger items_fts_insert after insert on items begin
    insert into items_fts (rowid, title, summary, authors, tags) values (new.pk, new.title, new.summary, new.authors, new.tags);
end;
create trigger items_fts_delete after delete on items begin
    insert into items_fts (items_fts, rowid, title, summary, authors, tags)
    values ('delete', old.pk, old.title, old.summary, old.authors, old.tags);
end;
create trigger items_fts_update after update of title, summary, authors, tags on items begin
    insert into items_fts (items_fts, rowid, title, summary, authors, tags)
    values ('delete', old.pk, old.title, old.summary, old.authors, old.tags);
    insert into items_fts (rowid, title, summary, authors, tags) values (new.pk, new.title, new.summary, new.authors, new.tags);
end;
"""

READINGS = """
create table readings (            -- the text of an item, read from its own page, in one version; or why there is none
    pk integer primary key,        -- stable row number, for the full-text index
    item_id text not null references items (id),  -- items.id
    version text not null,         -- of the paper whose text it is, v2; empty for what has no versions
    result text not null,          -- ok; empty: a page without a text; else in the words of outcomes.result
    why text not null,             -- what stood in the way, in words
    status integer,                -- HTTP status of the last answer, if there was one
    form text not null,            -- how it was read: article, arxiv-html, pdf, abstract
    url text not null,             -- the address asked
    final_url text not null,       -- where the text stood, after redirects
    read text not null,            -- when the text came, or was looked for in vain
    checked text not null,         -- when it was last found unchanged
    title text not null,           -- as the page has it
    published text not null,       -- the day that the page states, else empty
    language text not null,        -- the page's code, en; empty where it is not known
    withdrawn integer not null,    -- 1: the page says that the work was withdrawn
    notes text not null,           -- JSON list: where the page and the item's source differ
    links text not null,           -- JSON list: addresses in the text
    sections text not null,        -- JSON list of objects: heading, text, kind, level, anchor
    text text not null,            -- all sections in one, for searching and quoting
    sha256 text not null,          -- of the decoded body
    etag text not null,            -- byte for byte
    last_modified text not null,   -- byte for byte
    unique (item_id, version)
) strict;

create table reading_history (     -- a text that a page had before it changed
    id integer primary key,        -- in the order of seeing
    item_id text not null references items (id),  -- items.id
    version text not null,         -- readings.version
    title text not null,           -- as the page had it
    published text not null,       -- the day that the page stated
    text text not null,            -- all sections in one
    sha256 text not null,          -- of the decoded body
    read text not null,            -- when that text came
    replaced text not null         -- when scout saw that it had changed
) strict;
create index reading_history_item on reading_history (item_id);

create virtual table readings_fts using fts5 (
    title, text, content='readings', content_rowid='pk', tokenize='porter unicode61'
);
create trigger readings_fts_insert after insert on readings begin
    insert into readings_fts (rowid, title, text) values (new.pk, new.title, new.text);
end;
create trigger readings_fts_delete after delete on readings begin
    insert into readings_fts (readings_fts, rowid, title, text) values ('delete', old.pk, old.title, old.text);
end;
create trigger readings_fts_update after update of title, text on readings begin
    insert into readings_fts (readings_fts, rowid, title, text) values ('delete', old.pk, old.title, old.text);
    insert into readings_fts (rowid, title, text) values (new.pk, new.title, new.text);
end;
"""

VIEWS = """
create view this_week as           -- published in the last seven days
    select * from items where published >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') order by published desc;

create view unreported as          -- what no report in the ledger speaks of
    select * from items where id not in (select item_id from reported);

create view source_health as       -- each source: its last outcome, last success, and how many runs in a row went like the last
    with ranked as (
        select o.*, row_number() over (partition by source order by run desc) as back,
               result in ('ok', 'unchanged', 'empty') as seen
        from outcomes o
    ), last as (select * from ranked where back = 1)
    select last.source, last.kind, last.result, last.why, last.run, last.ended, last.items_seen, last.items_new,
           last.oldest, last.newest, last.covers_start, last.covers_end, last.not_before, last.notes,
           (select max(ended) from outcomes o
             where o.source = last.source and o.result in ('ok', 'unchanged', 'empty')) as last_success,
           (select max(newest) from outcomes o where o.source = last.source) as newest_seen,
           (select count(*) from ranked r where r.source = last.source and r.back <
               coalesce((select min(back) from ranked x where x.source = last.source and x.seen <> last.seen), 1000000)) as streak
    from last;
"""

YEARS = """
create index items_but_papers on items (published, id) where kind <> 'paper';
create index votes_cast on votes (coalesce(day, substr(read_at, 1, 10)));
create index outcomes_ended on outcomes (source, ended);
create index reported_entry on reported (entry);  -- else each entry of a report that is replaced would look through the ledger

drop view source_health;
create view source_health as       -- each source: its last outcome, last success, and how many runs in a row went like the last
    with recursive sources (name) as ( -- by steps in the index: `select distinct` would read every outcome
        select min(source) from outcomes
        union all
        select (select min(source) from outcomes where source > name) from sources where name is not null
    )
    select last.source, last.kind, last.result, last.why, last.run, last.ended, last.items_seen, last.items_new,
           last.oldest, last.newest, last.covers_start, last.covers_end, last.not_before, last.notes,
           (select ended from outcomes o where o.source = name and o.result in ('ok', 'unchanged', 'empty')
             order by ended desc limit 1) as last_success,
           (select max(newest) from outcomes o where o.source = name) as newest_seen,
           (select count(*) from outcomes o where o.source = name and o.run > coalesce(
               (select run from outcomes x where x.source = name
                   and (x.result in ('ok', 'unchanged', 'empty')) <> (last.result in ('ok', 'unchanged', 'empty'))
                 order by run desc limit 1), 0)) as streak
    from sources cross join outcomes last
    where last.source = name and last.run = (select max(run) from outcomes o where o.source = name);
"""

TIMES = """
alter table reports add column
read text not null default '' /* when it was read into the ledger; empty where an earlier scout did not say */;
create index sightings_first_seen on sightings (source, first_seen);
"""
