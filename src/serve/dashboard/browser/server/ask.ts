/** Questions to the server that gave the page, with the key if there is one. */
import { isJsonObject, type JsonObject, parseJson } from '../../../../core/json.ts'
import { readKey } from '../access/key-store.ts'

export type Answer =
  | { readonly kind: 'answered'; readonly body: JsonObject }
  /** `unknown`: without a key, or with one that the server does not know. `forbidden`: it may not read. */
  | { readonly kind: 'refused'; readonly why: 'none' | 'unknown' | 'forbidden' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'gone' }

const longestMs = 30_000

/** `signal`: nobody wants the answer any more; what it then is means nothing. */
export async function ask(path: string, signal: AbortSignal): Promise<Answer> {
  try {
    const reply = await fetch(path, {
      headers: { accept: 'application/json', ...keyHeaders() },
      cache: 'no-store',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    })
    const body = parseJson(await reply.text())
    if (reply.ok && isJsonObject(body)) return { kind: 'answered', body }
    return refusalOf(reply.status, isJsonObject(body) ? body : {})
  } catch {
    return { kind: 'gone' }
  }
}

export function keyHeaders(): Readonly<Record<string, string>> {
  const key = readKey()
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}

function refusalOf(status: number, body: JsonObject): Answer {
  if (status === 401) return { kind: 'refused', why: readKey() === undefined ? 'none' : 'unknown' }
  if (status === 403) return { kind: 'refused', why: 'forbidden' }
  const detail = typeof body['detail'] === 'string' ? body['detail'] : `status ${status}`
  const id = typeof body['request_id'] === 'string' ? ` (request ${body['request_id']})` : ''
  return { kind: 'failed', message: `${detail}${id}` }
}
