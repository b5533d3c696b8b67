/** `serve:` of assay.yml, rendered and checked against the schema, to how the server is reached. */
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { never } from '../../../core/never.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import {
  type ApiKey,
  noServe,
  type PlacedName,
  type ServeBandits,
  scopes,
  type ServeSettings,
} from '../../../core/settings/serve-settings.ts'
import {
  entryOf,
  itemsOf,
  type PlacedValue,
  placedTextsOf,
  textOf,
  textsOf,
  valueOf,
} from '../yaml/placed-value.ts'
import { parseDuration } from './parse-duration.ts'

/** Shorter ones can be guessed. */
const shortestKey = 16

export function readServe(serve: PlacedValue | undefined): Result<ServeSettings> {
  const faults: Diagnostic[] = []
  const keys = itemsOf(serve, 'keys').flatMap((item) => readKey(item, faults) ?? [])
  faults.push(...sameNames(serve), ...sameKeys(keys, entryOf(serve, 'keys')?.value))
  if (faults.length > 0) return failure(faults)
  const rate = valueOf(serve, 'rate_limit')
  const builds = valueOf(serve, 'builds')
  const anonymous =
    entryOf(serve, 'anonymous') === undefined ? undefined : textsOf(serve, 'anonymous')
  return success({
    host: textOf(serve, 'host') ?? noServe.host,
    hosts: textsOf(serve, 'hosts'),
    port: numberOf(serve, 'port') ?? noServe.port,
    keys,
    warnings: keys.length === 0 ? noKeys(entryOf(serve, 'keys')?.value) : [],
    anonymous:
      anonymous === undefined ? undefined : scopes.filter((name) => anonymous.includes(name)),
    relations: textsOf(serve, 'relations'),
    rateLimit: {
      requests: numberOf(rate, 'requests') ?? noServe.rateLimit.requests,
      perMs: durationOf(rate, 'per') ?? noServe.rateLimit.perMs,
    },
    bodyLimitBytes: numberOf(serve, 'body_limit') ?? noServe.bodyLimitBytes,
    corsOrigins: textsOf(serve, 'cors'),
    loadEveryMs: durationOf(serve, 'load_every') ?? noServe.loadEveryMs,
    builds: {
      select: textsOf(builds, 'select'),
      exclude: textsOf(builds, 'exclude'),
      afterEvents: numberOf(builds, 'after_events'),
      restMs: durationOf(builds, 'rest') ?? noServe.builds.restMs,
      isAtomic: flagOf(builds, 'atomic') ?? noServe.builds.isAtomic,
      changed: flagOf(builds, 'changed') ?? noServe.builds.changed,
    },
    bandits: banditsOf(valueOf(serve, 'bandits')),
    drainTimeoutMs: durationOf(serve, 'drain_timeout') ?? noServe.drainTimeoutMs,
  })
}

/** undefined: it is left out, as a second key is while there is only one. */
function readKey(item: PlacedValue, faults: Diagnostic[]): ApiKey | undefined {
  const name = textOf(item, 'name') ?? ''
  const key = textOf(item, 'key') ?? ''
  const span = entryOf(item, 'key')?.value.span ?? item.span
  const granted = placedTextsOf(item, 'scopes').map(({ text }) => text)
  if (key === '') return undefined
  if (key.length < shortestKey || /\s/.test(key)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected the key "${name}" to have at least ${shortestKey} characters and no blanks, found ${key.length < shortestKey ? 'fewer' : 'a blank'}`,
        span,
        hint: 'openssl rand -base64 32 makes a good one',
      }),
    )
    return undefined
  }
  return { name, key, scopes: scopes.filter((scope) => granted.includes(scope)) }
}

/** Of what is declared, since whoever declares a key wants one. */
function noKeys(placed: PlacedValue | undefined): readonly Diagnostic[] {
  if (placed?.kind !== 'list' || placed.items.length === 0) return []
  const names = placed.items.map((item) => `"${textOf(item, 'name') ?? ''}"`).join(', ')
  return [
    warningDiagnostic({
      code: 'no-keys',
      message: `expected a key with a value, found only empty ones (${names}): whatever needs a key is refused to everybody`,
      span: placed.span,
      hint: 'set one in the environment or in .env; openssl rand -base64 32 makes a good one',
    }),
  ]
}

/** Logs and audit rows tell keys apart by their names. */
function sameNames(serve: PlacedValue | undefined): readonly Diagnostic[] {
  const seen = new Set<string>()
  return itemsOf(serve, 'keys').flatMap((item) => {
    const name = textOf(item, 'name') ?? ''
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected each key to have a name of its own, found "${name}" twice`,
        span: entryOf(item, 'name')?.value.span ?? item.span,
      }),
    ]
  })
}

function sameKeys(keys: readonly ApiKey[], placed: PlacedValue | undefined): readonly Diagnostic[] {
  const twice = keys.find((one, index) => keys.findIndex(({ key }) => key === one.key) < index)
  if (twice === undefined) return []
  return [
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected each key to be another secret, found that of "${twice.name}" twice`,
      span: placed?.span,
    }),
  ]
}

function banditsOf(placed: PlacedValue | undefined): ServeBandits | undefined {
  const selections = nameIn(placed, 'selections')
  return selections && { selections, actions: nameIn(placed, 'actions') }
}

function nameIn(placed: PlacedValue | undefined, key: string): PlacedName | undefined {
  const value = valueOf(placed, key)
  const text = textOf(placed, key)
  return value === undefined || text === undefined ? undefined : { text, span: value.span }
}

function numberOf(placed: PlacedValue | undefined, key: string): number | undefined {
  const value = valueOf(placed, key)
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined
}

function flagOf(placed: PlacedValue | undefined, key: string): boolean | undefined {
  const value = valueOf(placed, key)
  return value?.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : undefined
}

function durationOf(placed: PlacedValue | undefined, key: string): number | undefined {
  const value = valueOf(placed, key)
  return value?.kind === 'scalar' ? parseDuration(value.value) : undefined
}

/** What can be checked of it by who does not know the secrets: a text that is a template may become anything. */
export function withoutTemplates(placed: PlacedValue): PlacedValue {
  switch (placed.kind) {
    case 'scalar':
      return placed
    case 'list':
      return { ...placed, items: placed.items.filter(isPlain).map(withoutTemplates) }
    case 'map':
      return {
        ...placed,
        entries: placed.entries
          .filter(({ value }) => isPlain(value))
          .map((entry) => ({ ...entry, value: withoutTemplates(entry.value) })),
      }
    default:
      return never(placed)
  }
}

function isPlain(placed: PlacedValue): boolean {
  return placed.kind !== 'scalar' || !String(placed.value).includes('{{')
}
