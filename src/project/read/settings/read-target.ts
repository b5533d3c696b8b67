/** A rendered and checked target of assay.yml to a Target. */
import type { JsonObject } from '../../../core/json.ts'
import type { PostgresTarget, Target, TargetBase } from '../../../core/target.ts'
import { type PlacedMap, textOf, textsOf, valueOf } from '../yaml/placed-value.ts'
import { parseDuration } from './parse-duration.ts'
import { readDuckdb } from './read-duckdb.ts'
import { absolute, optional, type TargetInput } from './target-input.ts'

/** undefined: a type that this version does not know. */
export function readTarget(input: TargetInput): Target | undefined {
  const type = textOf(input.map, 'type')
  if (type === 'duckdb') return readDuckdb(input, readCommon(input, 'main'))
  return type === 'postgres' ? readPostgres(input) : undefined
}

function readPostgres(input: TargetInput): PostgresTarget {
  const { map, root } = input
  const searchPath = textsOf(map, 'search_path')
  return {
    type: 'postgres',
    ...readCommon(input, 'public'),
    host: textOf(map, 'host') ?? '',
    port: numberOf(map, 'port') ?? 5432,
    user: textOf(map, 'user') ?? '',
    ...optional('password', textOf(map, 'password') ?? textOf(map, 'pass')),
    database: textOf(map, 'database') ?? textOf(map, 'dbname') ?? '',
    ...optional('role', textOf(map, 'role')),
    ...optional('searchPath', searchPath.length === 0 ? undefined : searchPath.join(', ')),
    ...optional('sslMode', sslModeOf(textOf(map, 'sslmode'))),
    ...optional('sslRootCert', absolute(root, textOf(map, 'sslrootcert'))),
    ...optional('sslCert', absolute(root, textOf(map, 'sslcert'))),
    ...optional('sslKey', absolute(root, textOf(map, 'sslkey'))),
    ...optional('keepalivesIdleMs', durationOf(map, 'keepalives_idle')),
    ...optional('retries', numberOf(map, 'retries')),
    connectTimeoutMs: durationOf(map, 'connect_timeout') ?? 10_000,
    swapTimeoutMs: durationOf(map, 'swap_timeout') ?? 60_000,
    ...optional('swap', swapOf(textOf(map, 'swap'))),
  }
}

function readCommon(input: TargetInput, defaultSchema: string): TargetBase {
  const { map } = input
  const timeout = durationOf(map, 'statement_timeout')
  return {
    name: input.name,
    schema: textOf(map, 'schema') ?? defaultSchema,
    // Empty where a template found nothing to put before a schema.
    ...optional('prefix', textOf(map, 'prefix') || undefined),
    threads: input.threads ?? numberOf(map, 'threads') ?? 4,
    timezone: textOf(map, 'timezone') ?? 'UTC',
    ...optional('statementTimeoutMs', timeout === 0 ? undefined : timeout),
    isAtomic: isTrue(map, 'atomic'),
    leaseTimeoutMs: durationOf(map, 'lease_timeout') ?? 60_000,
  }
}

function numberOf(map: PlacedMap, key: string): number | undefined {
  const value = valueOf(map, key)
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined
}

function isTrue(map: PlacedMap, key: string): boolean {
  const value = valueOf(map, key)
  return value?.kind === 'scalar' && value.value === true
}

function durationOf(map: PlacedMap, key: string): number | undefined {
  const value = valueOf(map, key)
  return value?.kind === 'scalar' ? parseDuration(value.value) : undefined
}

function sslModeOf(text: string | undefined): PostgresTarget['sslMode'] {
  const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const
  return modes.find((mode) => mode === text)
}

function swapOf(text: string | undefined): PostgresTarget['swap'] {
  const methods = ['rename', 'refill'] as const
  return methods.find((method) => method === text)
}

/** What templates see as `target`: no password. */
export function targetValues(target: Target): JsonObject {
  const { name, type, schema, threads, timezone, prefix } = target
  const common = { name, type, schema, threads, timezone, prefix: prefix ?? null }
  if (target.type === 'duckdb') return { ...common, path: target.path }
  const { host, port, user, database, role } = target
  return { ...common, host, port, user, database, dbname: database, role: role ?? null }
}
