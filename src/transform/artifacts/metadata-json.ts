/** The head of every artifact: which schema, which run, when. */
import type { JsonObject } from '../../core/json.ts'

export interface ArtifactMetadata {
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly invocationStartedAt: string
  readonly generatedAt: string
  /** Seconds since 1970. */
  readonly generatedAtSeconds: number
  /** Of assay. */
  readonly version: string
  /** What the user has every artifact say, by name. */
  readonly custom: Readonly<Record<string, string>>
}

/** Readers of dbt's artifacts look at `dbt_version`: it names the version whose form these follow. */
const dbtVersion = '1.11.0'

export function metadataJson(metadata: ArtifactMetadata, schema: string): JsonObject {
  return {
    dbt_schema_version: schema,
    dbt_version: dbtVersion,
    generated_at: metadata.generatedAt,
    invocation_id: metadata.invocationId,
    invocation_started_at: metadata.invocationStartedAt,
    env: { ...metadata.custom, ASSAY_VERSION: metadata.version },
  }
}
