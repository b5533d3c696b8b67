/** A route as data: what it takes and gives, who may ask, and the function that answers. Of no HTTP library. */
import type { Json, JsonObject } from '../core/json.ts'
import type { Scope } from '../core/settings/serve-settings.ts'
import type { Problem } from './problem.ts'

/**
 * The seam for what is served: a folder of its own gives a `RoutePlugin`, `src/app/serve/plugins.ts` lists it. Schemas are
 * those that requests are checked by, and the OpenAPI document is made of them.
 */
export interface RoutePlugin {
  readonly name: string
  readonly routes: readonly Route[]
  /** Before the first request; left out: nothing. */
  start?(): Promise<void>
  /** After the last one. */
  stop?(): Promise<void>
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As OpenAPI has it: `/relations/{name}`. */
  readonly path: string
  /** camelCase: generated clients name a function after it. */
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** `open`: nobody needs a key. */
  readonly scope: Scope | 'open'
  readonly request?: RequestSchemas
  readonly responses: Readonly<Record<number, ResponseDescription>>
  /** Left out: it counts. */
  readonly isUnlimited?: boolean
  /** Throws a `ProblemError` for what is refused; anything else is a fault of ours: 500. */
  handle(request: RouteRequest): Promise<RouteReply>
}

/** JSON schemas. A query or body that is not described is not given. */
export interface RequestSchemas {
  /** Properties by name, all of them required. */
  readonly params?: Readonly<Record<string, JsonObject>>
  /** An object's schema. */
  readonly query?: JsonObject
  readonly body?: JsonObject
  /** In the document in place of `body`: where the function says of each part what is wrong with it. */
  readonly shownBody?: JsonObject
}

export interface ResponseDescription {
  readonly description: string
  /** Left out: `application/json`. */
  readonly contentType?: string
  /** Left out: no body, or one without a schema. */
  readonly schema?: JsonObject
}

export interface RouteRequest {
  /** Also in the header `x-request-id` of the reply, and in the logs. */
  readonly id: string
  readonly params: Readonly<Record<string, string>>
  /** As the schema has read it. */
  readonly query: JsonObject
  /** null: none was sent. */
  readonly body: Json
  /** The body as it was sent, digits included. */
  readonly text: string
  /** Name of the key; undefined: none was needed. */
  readonly caller: string | undefined
  /** Aborted when the other side is gone. */
  readonly signal: AbortSignal
  /** By its name in lower case. */
  header(name: string): string | undefined
}

export type RouteReply = { readonly headers?: Readonly<Record<string, string>> } & (
  | { readonly kind: 'json'; readonly status: number; readonly body: Json }
  /** JSON that is written already, digits included; or HTML, JavaScript, an image. */
  | {
      readonly kind: 'content'
      readonly status: number
      readonly contentType: string
      readonly body: string | Uint8Array
    }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** Pieces as they come, until the other side is gone or the server drains: server-sent events. */
  | {
      readonly kind: 'stream'
      readonly contentType: string
      readonly pieces: AsyncIterable<string>
    }
)

export function jsonReply(body: Json, status = 200): RouteReply {
  return { kind: 'json', status, body }
}
