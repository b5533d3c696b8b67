/** `POST /builds` asks for one, `GET /builds/{id}` says what became of it. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { problemSchema, ProblemError } from '../problem.ts'
import { jsonReply, type Route, type RoutePlugin } from '../route.ts'
import { buildJson, type Builds } from './build-queue.ts'

const selectors: JsonObject = {
  type: 'array',
  items: { type: 'string', minLength: 1 },
  maxItems: 100,
}

const buildSchema: JsonObject = {
  type: 'object',
  required: ['id', 'status', 'queued_at', 'results'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string', enum: ['queued', 'running', 'succeeded', 'failed', 'interrupted'] },
    asked_by: { type: ['string', 'null'], description: 'Name of a key, or "events".' },
    select: selectors,
    exclude: selectors,
    full_refresh: { type: 'boolean' },
    queued_at: { type: 'string', format: 'date-time' },
    started_at: { type: ['string', 'null'] },
    finished_at: { type: ['string', 'null'] },
    results: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          unique_id: { type: 'string' },
          status: { type: 'string' },
          rows: { type: ['integer', 'null'] },
          elapsed_ms: { type: 'number' },
          message: { type: 'string' },
        },
      },
    },
    problems: { type: 'array', items: { type: 'string' } },
  },
}

export function buildsPlugin(builds: Builds): RoutePlugin {
  const ask: Route = {
    method: 'POST',
    path: '/builds',
    operationId: 'requestBuild',
    tag: 'builds',
    summary: 'Asks for a build',
    description:
      'One runs at a time; readers see what was published before until it publishes. A build that waits and does the same is given again.',
    scope: 'build',
    request: {
      body: {
        type: 'object',
        properties: { select: selectors, exclude: selectors, full_refresh: { type: 'boolean' } },
        additionalProperties: false,
      },
    },
    responses: { 202: { description: 'It waits, or runs.', schema: buildSchema } },
    handle: async ({ body, caller }) => {
      const build = builds.request(
        {
          select: textsOf(body, 'select'),
          exclude: textsOf(body, 'exclude'),
          fullRefresh: isJsonObject(body) && body['full_refresh'] === true,
        },
        caller,
      )
      return { ...jsonReply(buildJson(build), 202), headers: { location: `/builds/${build.id}` } }
    },
  }
  const list: Route = {
    method: 'GET',
    path: '/builds',
    operationId: 'listBuilds',
    tag: 'builds',
    summary: 'The builds of this server, newest first',
    scope: 'read',
    responses: {
      200: {
        description: 'The last hundred.',
        schema: { type: 'object', properties: { builds: { type: 'array', items: buildSchema } } },
      },
    },
    handle: async () => jsonReply({ builds: builds.recent().map(buildJson) }),
  }
  const look: Route = {
    method: 'GET',
    path: '/builds/{id}',
    operationId: 'getBuild',
    tag: 'builds',
    summary: 'What became of a build',
    scope: 'read',
    request: { params: { id: { type: 'string', maxLength: 64 } } },
    responses: {
      200: { description: 'The build.', schema: buildSchema },
      404: {
        description: 'Nobody knows of it.',
        contentType: 'application/problem+json',
        schema: problemSchema,
      },
    },
    handle: async ({ params }) => {
      const build = await builds.find(params['id'] ?? '')
      if (build === undefined) {
        throw new ProblemError('not-found', 'expected the id of a build, found another one')
      }
      return jsonReply(buildJson(build))
    },
  }
  return { name: 'builds', routes: [ask, list, look] }
}

function textsOf(body: Json, key: string): readonly string[] {
  const value = isJsonObject(body) ? body[key] : undefined
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : []
}
