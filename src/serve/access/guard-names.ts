/**
 * The names by which a server is asked to whether that is one of its own: a page that has its name point to this machine
 * (DNS rebinding) is refused what needs no key.
 */
import type { ServeSettings } from '../../core/settings/serve-settings.ts'
import { ProblemError } from '../problem.ts'

export interface Asked {
  /** The headers of these names. */
  readonly host: string | undefined
  readonly origin: string | undefined
}

/** Throws a `ProblemError`. Not for those who have shown a key: a page has none. */
export type GuardNames = (asked: Asked) => void

/** undefined: everything needs a key, or it is for whoever can reach it, by any name. */
export function createGuardNames(settings: ServeSettings): GuardNames | undefined {
  const { keys, anonymous, host, hosts, corsOrigins } = settings
  const isKeyNeeded = keys.length > 0 && (anonymous ?? []).length === 0
  if (hosts.length === 0 && (isKeyNeeded || !isLoopback(host))) return undefined
  const own = new Set([host, ...hosts].map((name) => nameOf(`http://${inBrackets(name)}`)))
  const isOwn = (name: string) => own.has(name) || isLoopback(name)
  return ({ host: asked, origin }) => {
    const name = asked === undefined ? '' : nameOf(`http://${asked}`)
    if (!isOwn(name)) {
      throw new ProblemError(
        'misdirected',
        `expected the header "host" to name this machine or one of "hosts", found ${quoted(name)}`,
      )
    }
    if (origin === undefined || corsOrigins.includes('*') || corsOrigins.includes(origin)) return
    const from = nameOf(origin)
    if (isOwn(from)) return
    throw new ProblemError(
      'foreign-origin',
      `expected a page of this machine, of "hosts" or of "cors", found one of ${quoted(from)}`,
    )
  }
}

/** Only this machine can ask there. */
export function isLoopback(name: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  return bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare) || /^(?:.+\.)?localhost$/.test(bare)
}

/** Lower case, without port and the last dot; empty: it is no URL, as the origin `null` is none. */
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : ''
}

function inBrackets(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
}

function quoted(name: string): string {
  return name === '' ? 'none' : `"${name}"`
}
