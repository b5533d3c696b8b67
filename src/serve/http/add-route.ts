/** A Route as data to a route of fastify: key, schemas, then its function, then its reply. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { never } from '../../core/never.ts'
import type { Scope } from '../../core/settings/serve-settings.ts'
import { problemCodes, problemSchema } from '../problem.ts'
import type { ResponseDescription, Route, RouteReply, RouteRequest } from '../route.ts'
import { textOf } from './bodies.ts'
import { sendProblem } from './errors.ts'
import type { Gate } from './gate.ts'

interface Entrance {
  readonly gate: Gate
  /** Streams end with it. */
  readonly draining: AbortSignal
}

export function addRoute(app: FastifyInstance, route: Route, { gate, draining }: Entrance): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    schema: schemaOf(route),
    ...(route.request?.shownBody === undefined
      ? {}
      : { config: { shownBody: route.request.shownBody } }),
    onRequest: async (asked, reply) => {
      await gate.pass(asked, reply, { scope: route.scope, isLimited: route.isUnlimited !== true })
    },
    preValidation: async (asked) => {
      asked.query = readQuery(objectOf(asked.query), route.request?.query)
    },
    // Replies are written by those who know their digits; schemas only describe them.
    serializerCompiler: () => (value) => JSON.stringify(value),
    handler: async (asked, reply) => {
      const caller = gate.callerOf(asked)
      const request = requestOf(asked, reply, caller)
      const answer = await route.handle(request)
      await send({ asked, reply, ends: AbortSignal.any([draining, request.signal]) }, answer)
      return reply
    },
  })
}

/** Words to the numbers and booleans that the schema expects; what is none stays a word, and is refused. */
function readQuery(query: JsonObject, schema: JsonObject | undefined): JsonObject {
  const properties = isJsonObject(schema?.['properties']) ? schema['properties'] : {}
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const property = properties[name]
      const type = isJsonObject(property) ? property['type'] : undefined
      return [name, typeof value === 'string' ? readWord(value, type) : value]
    }),
  )
}

function readWord(word: string, type: Json | undefined): Json {
  if (type === 'boolean' && (word === 'true' || word === 'false')) return word === 'true'
  const isNumber = type === 'integer' || type === 'number'
  return isNumber && /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : word
}

function schemaOf({
  operationId,
  tag,
  summary,
  description,
  scope,
  request = {},
  responses,
}: Route) {
  const { params, query, body } = request
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(params === undefined
      ? {}
      : { params: { type: 'object', properties: params, required: Object.keys(params) } }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(scope === 'open' ? {} : { security: [{ bearer: [] }, { apiKey: [] }] }),
    response: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [status, responseOf(response)]),
      ),
      ...Object.fromEntries(
        refusals(scope, body !== undefined).map((status) => [status, problemResponse(status)]),
      ),
    },
  }
}

function responseOf({
  description,
  contentType = 'application/json',
  schema,
}: ResponseDescription) {
  return { description, content: { [contentType]: { schema: schema ?? {} } } }
}

function refusals(scope: Scope | 'open', hasBody: boolean): readonly number[] {
  return [
    400,
    ...(scope === 'open' ? [] : [401]),
    403,
    ...(hasBody ? [413, 415] : []),
    421,
    429,
    503,
  ]
}

function problemResponse(status: number) {
  const titles = Object.values(problemCodes).flatMap((known) =>
    known.status === status ? [known.title] : [],
  )
  return {
    description: titles.join('; '),
    content: { 'application/problem+json': { schema: problemSchema } },
  }
}

function requestOf(
  asked: FastifyRequest,
  reply: FastifyReply,
  caller: string | undefined,
): RouteRequest {
  const { headers, id } = asked
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return {
    id,
    params: textsOf(objectOf(asked.params)),
    query: objectOf(asked.query),
    body: jsonOf(asked.body),
    text: textOf(asked),
    caller,
    signal: gone.signal,
    header: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value[0] : value
    },
  }
}

/** What fastify gives as unknown was made by our own parsers, of JSON and of the query. */
function isJson(value: unknown): value is Json {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true
  return typeof value === 'object'
}

function jsonOf(value: unknown): Json {
  return isJson(value) ? value : null
}

function objectOf(value: unknown): JsonObject {
  const json = jsonOf(value)
  return isJsonObject(json) ? json : {}
}

function textsOf(values: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  )
}

interface Sending {
  readonly asked: FastifyRequest
  readonly reply: FastifyReply
  /** Of a stream. */
  readonly ends: AbortSignal
}

async function send({ asked, reply, ends }: Sending, answer: RouteReply): Promise<void> {
  void reply.headers({ ...answer.headers })
  switch (answer.kind) {
    case 'json':
      return void reply
        .code(answer.status)
        .type('application/json')
        .send(JSON.stringify(answer.body))
    case 'content': {
      const body = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body)
      return void reply.code(answer.status).type(answer.contentType).send(body)
    }
    case 'problem':
      return void sendProblem(asked, reply, answer.problem)
    case 'stream':
      return void reply
        .code(200)
        .type(answer.contentType)
        .send(Readable.from(untilEnd(answer.pieces, ends)))
    default:
      return never(answer)
  }
}

/** A piece that is awaited when the end comes is not waited for. */
async function* untilEnd(pieces: AsyncIterable<string>, ends: AbortSignal): AsyncGenerator<string> {
  const iterator = pieces[Symbol.asyncIterator]()
  const ended = new Promise<undefined>((resolve) => {
    if (ends.aborted) resolve(undefined)
    ends.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), ended])
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    // It may be waiting: it hears of the end when it goes on.
    void iterator.return?.(undefined)
  }
}
