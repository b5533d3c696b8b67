/** The tables of the ledger as kysely knows them: written by scripts/write-ledger-types.ts, change that. */
export interface LedgerTables {
  readonly '_assay.batches': {
    readonly relation_key: string
    readonly epoch: string
    readonly window_start: string
    readonly window_end: string
    readonly version: number | string
    readonly run_id: string
    readonly recorded_at: string
  }
  readonly '_assay.changes': {
    readonly relation_key: string
    readonly epoch: string
    readonly version: number | string
    readonly key_columns: string
    readonly key_values: string | null
    readonly run_id: string
  }
  readonly '_assay.cursors': {
    readonly reader_key: string
    readonly upstream_key: string
    readonly feed: string
    readonly epoch: string
    readonly high: string | null
    readonly version: number | string
    readonly run_id: string
    readonly recorded_at: string
  }
  readonly '_assay.dead_letters': {
    readonly dead_letter_id: string
    readonly phase: string
    readonly relation_key: string
    readonly unique_id: string
    readonly run_id: string
    readonly batch_id: string
    readonly source: string
    readonly source_line: number | string
    readonly source_offset: number | string | null
    readonly code: string
    readonly field: string | null
    readonly message: string
    readonly original: string | null
    readonly original_encoding: string | null
    readonly recorded_at: string
  }
  readonly '_assay.erasures': {
    readonly erasure_id: string
    readonly phase: string
    readonly run_id: string
    readonly subject_kind: string
    readonly subject_hash: string | null
    readonly row_count: number | string
    readonly relations: number | string
    readonly files: number | string
    readonly exports: number | string
    readonly recorded_at: string
  }
  readonly '_assay.exports': {
    readonly export_id: string
    readonly phase: string
    readonly run_id: string
    readonly unique_id: string
    readonly relation_key: string
    readonly kind: string
    readonly location: string
    readonly format: string
    readonly row_count: number | string
    readonly bytes: number | string | null
    readonly recorded_at: string
    readonly options: string | null
  }
  readonly '_assay.heartbeats': {
    readonly run_id: string
    readonly session_name: string
    readonly host: string
    readonly process_id: number
    readonly command: string
    readonly started_at: string
    readonly beat_at: string
  }
  readonly '_assay.leases': {
    readonly relation_key: string
    readonly fencing_token: number | string
    readonly run_id: string
    readonly taken_at: string
    readonly session_name: string | null
  }
  readonly '_assay.loads': {
    readonly batch_id: string
    readonly relation_key: string
    readonly unique_id: string
    readonly loader: string
    readonly status: string
    readonly run_id: string
    readonly source: string
    readonly content_hash: string | null
    readonly source_bytes: number | string | null
    readonly source_state: string | null
    readonly part: number
    readonly is_last: boolean
    readonly records_read: number | string
    readonly rows_loaded: number | string
    readonly dead: number | string
    readonly duplicates: number | string
    readonly first_seq: number | string | null
    readonly last_seq: number | string | null
    readonly epoch: string
    readonly message: string
    readonly recorded_at: string
    readonly record_lines: string | null
  }
  readonly '_assay.migrations': {
    readonly version: number
    readonly applied_at: string
  }
  readonly '_assay.node_runs': {
    readonly run_id: string
    readonly unique_id: string
    readonly database_name: string | null
    readonly schema_name: string
    readonly identifier: string
    readonly relation_key: string
    readonly status: string
    readonly fingerprint: string
    readonly row_count: number | string | null
    readonly epoch: string
    readonly fencing_token: number | string
    readonly started_at: string
    readonly finished_at: string
    readonly message: string
    readonly version: number | string | null
    readonly data_version: string | null
    readonly identity: string | null
    readonly because: string | null
    readonly components: string | null
  }
  readonly '_assay.pending_hooks': {
    readonly hook_id: string
    readonly phase: string
    readonly position: number
    readonly run_id: string
    readonly unique_id: string
    readonly relation_key: string
    readonly statement: string
    readonly message: string
    readonly recorded_at: string
  }
  readonly '_assay.relations': {
    readonly relation_key: string
    readonly epoch: string
    readonly reason: string
    readonly run_id: string
    readonly created_at: string
  }
  readonly '_assay.runs': {
    readonly run_id: string
    readonly phase: string
    readonly recorded_at: string
    readonly command: string
    readonly target: string
    readonly version: string
    readonly counts: string
  }
  readonly '_assay.source_freshness': {
    readonly run_id: string
    readonly unique_id: string
    readonly status: string
    readonly max_loaded_at: string | null
    readonly age_seconds: number | string | null
    readonly recorded_at: string
    readonly message: string
  }
  readonly '_assay.test_results': {
    readonly run_id: string
    readonly unique_id: string
    readonly status: string
    readonly failures: number | string
    readonly dimension: string | null
    readonly recorded_at: string
    readonly message: string
    readonly fingerprint: string | null
  }
  readonly '_assay.wanted_batches': {
    readonly relation_key: string
    readonly window_start: string
    readonly window_end: string
    readonly reason: string
    readonly run_id: string
    readonly recorded_at: string
  }
}
