/** `POST /events`: checked by the declaration of their table, on the disk before they are answered. */
import type { Json, JsonObject } from '../../core/json.ts'
import type { ServeContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import {
  jsonReply,
  type Route,
  type RoutePlugin,
  type RouteReply,
  type RouteRequest,
} from '../route.ts'
import type { CapturedEvent, EventCapture, EventTable } from './event-capture.ts'
import { splitEvents } from './split-events.ts'

const answerSchema: JsonObject = {
  type: 'object',
  required: ['accepted', 'rejected', 'results'],
  properties: {
    accepted: { type: 'integer', description: 'Events that are kept and will be in the table.' },
    rejected: { type: 'integer', description: 'Events that do not fit: they are dead letters.' },
    results: {
      type: 'array',
      description: 'One for each event, in order.',
      items: {
        type: 'object',
        required: ['index', 'status'],
        properties: {
          index: { type: 'integer' },
          status: { type: 'string', enum: ['accepted', 'rejected'] },
          id: { type: 'string' },
          code: { type: 'string', description: 'Of the reason: stable.' },
          field: { type: ['string', 'null'] },
          message: { type: 'string' },
        },
      },
    },
  },
}

/** More of them take a server too long to answer others meanwhile. */
const mostEvents = 10_000

export function eventsPlugin(context: ServeContext, capture: EventCapture): RoutePlugin {
  const counter = context.metrics.counter(
    'assay_events_total',
    'Events that were sent, by table and what became of them.',
    ['table', 'status'],
  )
  const [only, ...others] = capture.tables
  const tables: readonly Route[] = capture.tables.map((table) =>
    eventRoute({
      table,
      counter,
      path: `/events/${table.source}/${table.table}`,
      operationId: `sendTo${camelCase(table.source)}${camelCase(table.table)}`,
    }),
  )
  const first =
    only === undefined || others.length > 0
      ? []
      : [eventRoute({ table: only, counter, path: '/events', operationId: 'sendEvents' })]
  return { name: 'events', routes: [...first, ...tables] }
}

interface EventRoute {
  readonly table: EventTable
  readonly counter: ReturnType<ServeContext['metrics']['counter']>
  readonly path: string
  readonly operationId: string
}

function eventRoute({ table, counter, path, operationId }: EventRoute): Route {
  return {
    method: 'POST',
    path,
    operationId,
    tag: 'events',
    summary: `Sends events to ${table.name}`,
    description:
      'One event, or a list. When it is answered, what was accepted is on the disk; it is loaded soon after. An event whose id was sent before is kept once.',
    scope: 'events',
    request: { body: anyBody, shownBody: shownBody(table.schema) },
    responses: {
      202: { description: 'Some or all of them are kept.', schema: answerSchema },
      422: { description: 'None of them fits.', contentType: 'application/problem+json' },
    },
    handle: async (request) => {
      const results = await table.capture(eventsOf(request))
      const accepted = results.filter(({ status }) => status === 'accepted').length
      const rejected = results.length - accepted
      counter.add(accepted, { table: table.name, status: 'accepted' })
      counter.add(rejected, { table: table.name, status: 'rejected' })
      return answer({ accepted, rejected, results: results.map(resultJson) })
    },
  }
}

/** What is wrong with one of them is said of that one. */
const anyBody: JsonObject = { type: ['object', 'array'] }

function shownBody(event: JsonObject): JsonObject {
  return { oneOf: [event, { type: 'array', minItems: 1, maxItems: mostEvents, items: event }] }
}

function eventsOf({ text, body }: RouteRequest): readonly string[] {
  const events = splitEvents(text, body)
  if (events !== undefined && events.length > mostEvents) {
    throw new ProblemError('too-large', `expected at most ${mostEvents} events, found more`)
  }
  if (events !== undefined && events.length > 0) return events
  throw new ProblemError('invalid-request', 'expected an event or a list of events, found none')
}

function answer(body: {
  readonly accepted: number
  readonly rejected: number
  readonly results: readonly JsonObject[]
}): RouteReply {
  if (body.accepted > 0) return jsonReply(body, 202)
  return {
    kind: 'problem',
    problem: {
      code: 'rejected',
      detail: 'expected events that fit their table, found none',
      more: body,
    },
  }
}

function resultJson(result: CapturedEvent, index: number): JsonObject {
  if (result.status === 'accepted') return { index, status: result.status, id: result.id }
  const { status, code, message, field = null } = result
  const fields: Readonly<Record<string, Json>> = { index, status, code, field, message }
  return fields
}

function camelCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
