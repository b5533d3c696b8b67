/** `/relations`: tables and views that the configuration lets out, with filters as parameters. */
import type { JsonObject } from '../../core/json.ts'
import type { Relation } from '../../core/relation.ts'
import type { ServeContext } from '../context.ts'
import { ProblemError, problemSchema } from '../problem.ts'
import { jsonReply, type Route, type RoutePlugin } from '../route.ts'
import { greatestLimit, readRelation } from './read-relation.ts'

export interface OpenRelation {
  readonly name: string
  readonly relation: Relation
  readonly description: string
}

/** Parameters of a reading; all others are filters. */
export const readingQuery: JsonObject = {
  type: 'object',
  properties: {
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: greatestLimit,
      description: 'Rows at most. Default: 100.',
    },
    offset: {
      type: 'integer',
      minimum: 0,
      maximum: 1_000_000_000,
      description: 'Rows to leave out.',
    },
    order: {
      type: 'string',
      description: 'Columns, from the greatest with a minus: day,-revenue.',
    },
    columns: { type: 'string', description: 'Which of them, with commas. Default: all.' },
  },
  additionalProperties: { type: ['string', 'array'], items: { type: 'string' } },
}

export const rowsSchema: JsonObject = {
  type: 'object',
  required: ['relation', 'rows', 'limit', 'offset', 'has_more'],
  properties: {
    relation: { type: 'string' },
    rows: {
      type: 'array',
      description:
        'Decimals and integers beyond 2^53 are strings, as are NaN and infinities; moments are YYYY-MM-DD HH:MM:SS.',
      items: { type: 'object', additionalProperties: true },
    },
    limit: { type: 'integer' },
    offset: { type: 'integer' },
    has_more: { type: 'boolean' },
  },
}

export const notFoundResponse = {
  description: 'It is not there, or not built yet.',
  contentType: 'application/problem+json',
  schema: problemSchema,
} as const

export function relationsPlugin(
  { database }: ServeContext,
  relations: readonly OpenRelation[],
): RoutePlugin {
  const list: Route = {
    method: 'GET',
    path: '/relations',
    operationId: 'listRelations',
    tag: 'relations',
    summary: 'What may be read',
    scope: 'read',
    responses: {
      200: {
        description: 'Names, for /relations/{name}.',
        schema: {
          type: 'object',
          properties: {
            relations: {
              type: 'array',
              items: {
                type: 'object',
                properties: { name: { type: 'string' }, description: { type: 'string' } },
              },
            },
          },
        },
      },
    },
    handle: async () =>
      jsonReply({ relations: relations.map(({ name, description }) => ({ name, description })) }),
  }
  const read: Route = {
    method: 'GET',
    path: '/relations/{name}',
    operationId: 'readRelation',
    tag: 'relations',
    summary: 'Rows of a table or view',
    description:
      'A filter is a column and a value, country=NL, or has an operator: amount.gte=10, with eq, ne, lt, lte, gt, gte, in (given more than once) and null (true or false).',
    scope: 'read',
    request: { params: { name: { type: 'string', maxLength: 256 } }, query: readingQuery },
    responses: { 200: { description: 'Rows.', schema: rowsSchema }, 404: notFoundResponse },
    handle: async ({ params, query, signal }) => {
      const found = relations.find(({ name }) => name === params['name'])
      if (found === undefined) {
        throw new ProblemError('not-found', 'expected a name of /relations, found another one')
      }
      const body = await readRelation(database, { ...found, query, signal })
      return { kind: 'content', status: 200, contentType: 'application/json', body }
    },
  }
  return { name: 'relations', routes: [list, read] }
}
