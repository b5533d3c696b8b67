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

export function addRoute(app: FastifyInstance, route: Route, gate: Gate): void {
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
    // Replies are written by those who know their digits; schemas only describe them.
    serializerCompiler: () => (value) => JSON.stringify(value),
    handler: async (asked, reply) => {
      const caller = gate.callerOf(asked)
      await send(asked, reply, await route.handle(requestOf(asked, reply, caller)))
      return reply
    },
  })
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
      ...Object.fromEntries(refusals(scope).map((status) => [status, problemResponse(status)])),
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

function refusals(scope: Scope | 'open'): readonly number[] {
  return scope === 'open' ? [400, 429, 503] : [400, 401, 403, 429, 503]
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

async function send(asked: FastifyRequest, reply: FastifyReply, answer: RouteReply): Promise<void> {
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
      return void reply.code(200).type(answer.contentType).send(Readable.from(answer.pieces))
    default:
      return never(answer)
  }
}
