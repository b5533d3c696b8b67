/** `/healthz`: the process answers. `/readyz`: the database does, too, and the server is not about to stop. */
import type { JsonObject } from '../../core/json.ts'
import type { ServeContext } from '../context.ts'
import { askingDatabase } from './asking-database.ts'
import { jsonReply, type Route, type RoutePlugin, type RouteReply } from '../route.ts'

const statusSchema: JsonObject = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['ok', 'ready', 'draining', 'database'] } },
}

export function healthPlugin(context: ServeContext): RoutePlugin {
  const ask = askingDatabase(context)
  const healthz: Route = {
    method: 'GET',
    path: '/healthz',
    operationId: 'getHealth',
    tag: 'operation',
    summary: 'Whether the process answers',
    scope: 'open',
    isUnlimited: true,
    responses: { 200: { description: 'It does.', schema: statusSchema } },
    handle: async () => jsonReply({ status: 'ok' }),
  }
  const readyz: Route = {
    method: 'GET',
    path: '/readyz',
    operationId: 'getReadiness',
    tag: 'operation',
    summary: 'Whether requests should be sent here',
    scope: 'open',
    isUnlimited: true,
    responses: {
      200: { description: 'They should.', schema: statusSchema },
      503: {
        description: 'The server is about to stop, or the database does not answer.',
        schema: statusSchema,
      },
    },
    handle: async (): Promise<RouteReply> => {
      if (context.state.phase !== 'serving') {
        return jsonReply({ status: 'draining' }, 503)
      }
      return (await ask()) ? jsonReply({ status: 'ready' }) : jsonReply({ status: 'database' }, 503)
    },
  }
  return { name: 'health', routes: [healthz, readyz] }
}
