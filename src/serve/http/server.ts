/** Routes to an HTTP server that drains: what is under way is finished, what comes then is refused. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import cors from '@fastify/cors'
import swagger from '@fastify/swagger'
import type { ServeSettings } from '../../core/settings/serve-settings.ts'
import type { ServerState } from '../context.ts'
import { ProblemError } from '../problem.ts'
import type { RoutePlugin } from '../route.ts'
import type { Served } from '../served.ts'
import { addBodies } from './bodies.ts'
import { addProblems } from './errors.ts'
import { createGate } from './gate.ts'
import { openApiOptions } from './openapi.ts'
import { addRoute } from './add-route.ts'
import type { PrometheusMetrics } from './prometheus.ts'
import { endingConnections, isProbe, requestsUnderWay } from './under-way.ts'

export interface ServerRequest {
  readonly settings: ServeSettings
  readonly plugins: readonly RoutePlugin[]
  readonly metrics: PrometheusMetrics
  readonly version: string
  readonly newId: () => string
  /** Called when an answer has left. */
  readonly onServed: (served: Served) => void
  /** A fault of ours: the one who asked is told nothing of it. */
  readonly onFault: (error: unknown, requestId: string) => void
}

export interface Server {
  readonly state: ServerState
  /** Ready for requests; without a socket. */
  ready(): Promise<void>
  /** Gives where it listens: `http://127.0.0.1:8080`. */
  listen(): Promise<string>
  /** From now on everything new is refused, and `/readyz` says so: it goes on listening, so that those who ask are told. */
  drain(): void
  /** When the requests under way are done; `signal` ends them by force. */
  quiet(signal: AbortSignal): Promise<void>
  /** Listens no more, when what is under way is done; `signal` ends that by force. */
  close(signal: AbortSignal): Promise<void>
  /** As if it had come over the network: for tests. */
  inject: FastifyInstance['inject']
}

/** Unless the request says something sensible. */
const sensibleId = /^[\w.:-]{1,64}$/

export async function createServer(request: ServerRequest): Promise<Server> {
  const { settings, plugins, metrics, newId } = request
  const state: { phase: ServerState['phase'] } = { phase: 'starting' }
  const draining = new AbortController()
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    // A client that sends its headers or its body a byte a minute does not hold a connection for ever.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // We say it ourselves, as a problem.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && sensibleId.test(given) ? given : newId()
    },
    ajv: {
      customOptions: {
        removeAdditional: false,
        // A body says what it means; words of a query are read by its schema before.
        coerceTypes: false,
        allErrors: true,
        allowUnionTypes: true,
        logger: false,
      },
    },
    // As long as a head may be: the schema of a parameter says how long it may be, and refuses the others.
    routerOptions: { maxParamLength: 16_384 },
  })
  const underWay = requestsUnderWay(app.server)
  const gate = await createGate(app, settings)
  addProblems(app, request)
  addBodies(app)
  app.addHook('onRequest', async (asked, reply) => {
    void reply.header('x-request-id', asked.id).header('x-content-type-options', 'nosniff')
    if (isProbe(asked.url)) return
    if (state.phase === 'draining') {
      void reply.header('connection', 'close').header('retry-after', '5')
      throw new ProblemError('draining', 'expected a server that goes on, found one about to stop')
    }
    gate.enter(asked)
  })
  app.addHook('onResponse', async (asked, reply) => {
    const served = servedBy(asked, reply, gate.callerOf(asked))
    metrics.served(served)
    request.onServed(served)
  })
  await app.register(cors, corsOptions(settings))
  await app.register(swagger, openApiOptions(request.version))
  await app.register(async (routes) => {
    for (const plugin of plugins) {
      for (const route of plugin.routes)
        addRoute(routes, route, { gate, draining: draining.signal })
    }
    routes.get('/openapi.json', { schema: { hide: true } }, async (_asked, reply) =>
      reply.type('application/json').send(JSON.stringify(app.swagger())),
    )
    routes.get('/metrics', { schema: { hide: true } }, async (_asked, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    )
  })
  return {
    get state() {
      return { phase: state.phase, draining: draining.signal }
    },
    ready: async () => {
      await app.ready()
    },
    listen: async () => {
      for (const plugin of plugins) await plugin.start?.()
      const address = await app.listen({ host: settings.host, port: settings.port })
      state.phase = 'serving'
      return address
    },
    drain: () => {
      state.phase = 'draining'
      draining.abort()
    },
    quiet: (signal) => underWay.done(signal),
    close: (signal) =>
      endingConnections(app.server, signal, async () => {
        await app.close()
        for (const plugin of plugins) await plugin.stop?.()
      }),
    inject: app.inject.bind(app),
  }
}

function corsOptions({ corsOrigins }: ServeSettings) {
  if (corsOrigins.length === 0) return { origin: false } as const
  return {
    origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-api-key', 'x-request-id'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  }
}

function servedBy(asked: FastifyRequest, reply: FastifyReply, caller: string | undefined): Served {
  return {
    requestId: asked.id,
    method: asked.method,
    route: asked.routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}'),
    status: reply.statusCode,
    elapsedMs: reply.elapsedTime,
    caller,
  }
}
