/** The key of a request to who asks, compared in constant time; and whether it may do what it asks for. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { ApiKey, Scope, ServeSettings } from '../../core/settings/serve-settings.ts'
import { ProblemError } from '../problem.ts'
import { isLoopback } from './guard-names.ts'

/** Name of the key; undefined: nobody needs one. Throws a `ProblemError`. */
export type Authenticate = (
  sent: { readonly authorization: string | undefined; readonly apiKey: string | undefined },
  scope: Scope | 'open',
) => string | undefined

interface KnownKey extends Omit<ApiKey, 'key'> {
  readonly digest: Buffer
}

export function createAuthenticate(settings: ServeSettings): Authenticate {
  const keys = settings.keys.map(
    ({ name, key, scopes }): KnownKey => ({ name, scopes, digest: digestOf(key) }),
  )
  const anonymous = anonymousScopes(settings)
  return ({ authorization, apiKey }, scope) => {
    const sent = keyOf(authorization, apiKey)
    const known = sent === undefined ? undefined : findKey(keys, sent)
    if (scope === 'open') return known?.name
    if (sent !== undefined && known === undefined) throw refused('found one that is not known')
    if (known?.scopes.includes(scope) === true) return known.name
    if (anonymous.includes(scope)) return known?.name
    if (known === undefined) throw refused('found none')
    throw new ProblemError(
      'forbidden',
      `expected a key with the scope "${scope}", found one without it`,
    )
  }
}

/** Without a word about it: reading, where nobody has a key and nobody else can reach the server. */
function anonymousScopes({ anonymous, keys, host }: ServeSettings): readonly Scope[] {
  if (anonymous !== undefined) return anonymous
  return keys.length === 0 && isLoopback(host) ? ['read'] : []
}

function refused(found: string): ProblemError {
  return new ProblemError(
    'unauthorized',
    `expected a key in the header "authorization: Bearer ..." or "x-api-key", ${found}`,
    { headers: { 'www-authenticate': 'Bearer' } },
  )
}

function keyOf(authorization: string | undefined, apiKey: string | undefined): string | undefined {
  if (authorization === undefined) return apiKey
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}

/** All of them are compared, each in the same time: how long it takes tells nothing about any. */
function findKey(keys: readonly KnownKey[], sent: string): KnownKey | undefined {
  const digest = digestOf(sent)
  let found: KnownKey | undefined
  for (const key of keys) {
    if (timingSafeEqual(key.digest, digest)) found = key
  }
  return found
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
