/** The ledger's tables, version by version: a version that has shipped is never changed, only followed by another. */

export interface Migration {
  readonly version: number
  /** Alike on every database: text, bigint, integer and timestamptz mean the same everywhere. */
  readonly statements: readonly string[]
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
]

export const ledgerVersion = Math.max(...migrations.map((migration) => migration.version))
