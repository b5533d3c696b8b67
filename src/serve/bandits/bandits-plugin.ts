/** `/bandits`: what is known of each arm, from the views of the project; where it says so arms are selected, and steered. */
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import type { Relation } from '../../core/relation.ts'
import type { ServeContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { notFoundResponse, readingQuery, rowsSchema } from '../relations/relations-plugin.ts'
import { readRelation } from '../relations/read-relation.ts'
import type { Route, RoutePlugin, RouteRequest } from '../route.ts'
import { BanditDesk } from './bandit-desk.ts'
import type { BanditTables } from './bandit-tables.ts'
import { controlRoutes } from './control/control-routes.ts'
import { selectRoute } from './select/select-route.ts'

const windows = ['all', 'day', 'hour'] as const
const viewOf = {
  all: 'aggregates_total',
  day: 'aggregates_daily',
  hour: 'aggregates_hourly',
} as const

/** `tables` undefined: nothing is selected here. */
export function banditsPlugin(
  context: ServeContext,
  tables: BanditTables | undefined,
): RoutePlugin {
  const reading =
    context.database.find('posterior_parameters') === undefined ? [] : readingRoutes(context)
  if (tables === undefined) return { name: 'bandits', routes: reading }
  const desk = new BanditDesk(context, tables)
  return {
    name: 'bandits',
    routes: [...reading, selectRoute(desk), ...controlRoutes(desk, tables.actions !== undefined)],
    start: async () => desk.start(),
    stop: async () => desk.stop(),
  }
}

function readingRoutes(context: ServeContext): readonly Route[] {
  const { database } = context
  const answer = async (name: string, query: JsonObject, { signal }: RouteRequest) => {
    const relation = relationOf(context, name)
    const body = await readRelation(database, { name, relation, query, signal })
    return { kind: 'content', status: 200, contentType: 'application/json', body } as const
  }
  const posterior: Route = {
    method: 'GET',
    path: '/bandits/posterior',
    operationId: 'getPosterior',
    tag: 'bandits',
    summary: 'The posterior of every arm',
    description:
      'The newest snapshot, by experiment, model and arm. Columns are filters: experiment_id=x, model=bernoulli.',
    scope: 'read',
    request: { query: readingQuery },
    responses: {
      200: { description: 'A row an arm and model.', schema: rowsSchema },
      404: notFoundResponse,
    },
    handle: (request) =>
      answer(
        'posterior_parameters',
        ordered(request.query, 'experiment_id,model,price_id'),
        request,
      ),
  }
  const performance: Route = {
    method: 'GET',
    path: '/bandits/performance',
    operationId: 'getPerformance',
    tag: 'bandits',
    summary: 'What each arm was shown and earned',
    description: 'In all, by day or by hour; never to be summed over windows. Columns are filters.',
    scope: 'read',
    request: {
      query: {
        ...readingQuery,
        properties: {
          ...propertiesOf(readingQuery),
          window: { type: 'string', enum: windows, description: 'Default: all.' },
        },
      },
    },
    responses: {
      200: { description: 'A row an arm and window.', schema: rowsSchema },
      404: notFoundResponse,
    },
    handle: (request) => {
      const { window, ...query } = request.query
      const view = viewOf[windows.find((each) => each === window) ?? 'all']
      return answer(view, ordered(query, 'experiment_id,price_id,window_start'), request)
    },
  }
  return [posterior, performance]
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {}
}

function ordered(query: JsonObject, usual: string): JsonObject {
  return query['order'] === undefined ? { ...query, order: usual } : query
}

function relationOf({ database }: ServeContext, name: string): Relation {
  const relation = database.find(name)
  if (relation !== undefined) return relation
  throw new ProblemError('not-found', `expected the project to have "${name}", found none`)
}
