/** The ledger's tables, version by version: a version that has shipped is never changed, only followed by another. */

export interface Migration {
  readonly version: number
  /** Alike on every database: text, bigint, integer and timestamptz mean the same everywhere. */
  readonly statements: readonly string[]
  /** Where a table of many small rows is read by key (Postgres); DuckDB scans a column as fast. */
  readonly indexes?: readonly string[]
}

export const ledgerSchema = '_assay'

export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `create table _assay.runs (
  run_id text not null,
  phase text not null,
  recorded_at timestamptz not null,
  command text not null,
  target text not null,
  version text not null,
  counts text not null
)`,
      `create table _assay.node_runs (
  run_id text not null,
  unique_id text not null,
  database_name text,
  schema_name text not null,
  identifier text not null,
  relation_key text not null,
  status text not null,
  fingerprint text not null,
  row_count bigint,
  epoch text not null,
  fencing_token bigint not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  message text not null
)`,
      `create table _assay.test_results (
  run_id text not null,
  unique_id text not null,
  status text not null,
  failures bigint not null,
  dimension text,
  recorded_at timestamptz not null,
  message text not null
)`,
      `create table _assay.relations (
  relation_key text not null,
  epoch text not null,
  reason text not null,
  run_id text not null,
  created_at timestamptz not null
)`,
      `create table _assay.leases (
  relation_key text primary key,
  fencing_token bigint not null,
  run_id text not null,
  taken_at timestamptz not null
)`,
    ],
  },
  {
    version: 2,
    statements: [
      // The n-th publication of the relation: one writer at a time, so it only grows.
      'alter table _assay.node_runs add column version bigint',
      // Equal: the same rows as then, so what reads them need not be built again.
      'alter table _assay.node_runs add column data_version text',
      // What the table was, to tell it from one of the same name that was restored or made by hand.
      'alter table _assay.node_runs add column identity text',
      'alter table _assay.node_runs add column because text',
      // JSON: what the node was built from, part by part.
      'alter table _assay.node_runs add column components text',
      'alter table _assay.test_results add column fingerprint text',
      // Whose connections the holder has, to end what a lost one left open on the server.
      'alter table _assay.leases add column session_name text',
      `create table _assay.cursors (
  reader_key text not null,
  upstream_key text not null,
  feed text not null,
  epoch text not null,
  high text,
  version bigint not null,
  run_id text not null,
  recorded_at timestamptz not null
)`,
      `create table _assay.changes (
  relation_key text not null,
  epoch text not null,
  version bigint not null,
  key_columns text not null,
  key_values text[],
  run_id text not null
)`,
      `create table _assay.heartbeats (
  run_id text not null,
  session_name text not null,
  host text not null,
  process_id integer not null,
  command text not null,
  started_at timestamptz not null,
  beat_at timestamptz not null
)`,
    ],
    indexes: [
      'create index node_runs_relation on _assay.node_runs (relation_key, version)',
      'create index cursors_reader on _assay.cursors (reader_key, version)',
      'create index changes_relation on _assay.changes (relation_key, version)',
      'create index runs_run on _assay.runs (run_id)',
    ],
  },
  {
    version: 3,
    statements: [
      // Hooks that run after the commit. A row when one is owed and a row when it is settled: no row has two writers.
      `create table _assay.pending_hooks (
  hook_id text not null,
  phase text not null,
  position integer not null,
  run_id text not null,
  unique_id text not null,
  relation_key text not null,
  statement text not null,
  message text not null,
  recorded_at timestamptz not null
)`,
    ],
    indexes: ['create index pending_hooks_hook on _assay.pending_hooks (hook_id, phase)'],
  },
  {
    version: 4,
    statements: [
      `create table _assay.source_freshness (
  run_id text not null,
  unique_id text not null,
  status text not null,
  max_loaded_at timestamptz,
  age_seconds bigint,
  recorded_at timestamptz not null,
  message text not null
)`,
    ],
  },
  {
    version: 5,
    statements: [
      // Spans of event time that a microbatch table was given; epoch: of the table, one made anew begins without any.
      `create table _assay.batches (
  relation_key text not null,
  epoch text not null,
  window_start text not null,
  window_end text not null,
  version bigint not null,
  run_id text not null,
  recorded_at timestamptz not null
)`,
    ],
    indexes: ['create index batches_relation on _assay.batches (relation_key, epoch)'],
  },
  {
    version: 6,
    statements: [
      // Spans that a run was to build and has not, or has built before their end: taken away by the batch that builds them.
      `create table _assay.wanted_batches (
  relation_key text not null,
  window_start text not null,
  window_end text not null,
  reason text not null,
  run_id text not null,
  recorded_at timestamptz not null
)`,
    ],
  },
  {
    version: 7,
    statements: [
      // What a batch took of one origin: a file, a queue. Written in the transaction of its rows; failed tries in one of their own.
      `create table _assay.loads (
  batch_id text not null,
  relation_key text not null,
  unique_id text not null,
  loader text not null,
  status text not null,
  run_id text not null,
  source text not null,
  content_hash text,
  source_bytes bigint,
  source_state text,
  part integer not null,
  is_last boolean not null,
  records_read bigint not null,
  rows_loaded bigint not null,
  dead bigint not null,
  duplicates bigint not null,
  first_seq bigint,
  last_seq bigint,
  epoch text not null,
  message text not null,
  recorded_at timestamptz not null
)`,
      // A row when a record is found dead and a row when it is settled: no row has two writers.
      `create table _assay.dead_letters (
  dead_letter_id text not null,
  phase text not null,
  relation_key text not null,
  unique_id text not null,
  run_id text not null,
  batch_id text not null,
  source text not null,
  source_line bigint not null,
  source_offset bigint,
  code text not null,
  field text,
  message text not null,
  original text,
  original_encoding text,
  recorded_at timestamptz not null
)`,
    ],
    indexes: [
      'create index loads_relation on _assay.loads (relation_key, content_hash)',
      'create index loads_sequence on _assay.loads (relation_key, last_seq)',
      'create index loads_batch on _assay.loads (batch_id)',
      'create index dead_letters_relation on _assay.dead_letters (relation_key, phase)',
      'create index dead_letters_id on _assay.dead_letters (dead_letter_id, phase)',
    ],
  },
  {
    version: 8,
    statements: [
      // What left the database: a row when an export begins to take its place and one when it has; none has two writers.
      `create table _assay.exports (
  export_id text not null,
  phase text not null,
  run_id text not null,
  unique_id text not null,
  relation_key text not null,
  kind text not null,
  location text not null,
  format text not null,
  row_count bigint not null,
  bytes bigint,
  recorded_at timestamptz not null
)`,
    ],
  },
  {
    version: 9,
    statements: [
      // JSON: the flags that make the export anew.
      'alter table _assay.exports add column options text',
      // Never the value: a hash of it with a key that is not in the database.
      `create table _assay.erasures (
  erasure_id text not null,
  phase text not null,
  run_id text not null,
  subject_kind text not null,
  subject_hash text,
  row_count bigint not null,
  relations bigint not null,
  files bigint not null,
  exports bigint not null,
  recorded_at timestamptz not null
)`,
    ],
  },
  {
    version: 10,
    statements: [],
    // What a loader finds is looked up by its name, in a ledger that may know of millions.
    indexes: ['create index loads_source on _assay.loads (relation_key, source)'],
  },
  {
    version: 11,
    statements: [
      // Lines of the content whose records the batch holds, `1-50000` or `50001-`; null: of a row that is no part of one.
      'alter table _assay.loads add column record_lines text',
    ],
  },
  {
    version: 12,
    statements: [],
    // A server that builds every second writes a million rows a day, and is asked for the last of each.
    indexes: [
      'create index test_results_last on _assay.test_results (unique_id, recorded_at)',
      'create index node_runs_last on _assay.node_runs (relation_key, finished_at)',
      'create index loads_last on _assay.loads (unique_id, recorded_at)',
      'create index runs_last on _assay.runs (recorded_at)',
    ],
  },
]

export const ledgerVersion = Math.max(...migrations.map((migration) => migration.version))

/** Every table but the list of versions itself, in order of their making. */
export const ledgerTables: readonly string[] = migrations
  .flatMap(({ statements }) => statements)
  .flatMap((statement) => /^create table _assay\.(\w+)/.exec(statement)?.[1] ?? [])
