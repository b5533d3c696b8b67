/** A server without a socket, with routes of the test's own. */
import { noServe, type ServeSettings } from '../../../../src/core/settings/serve-settings.ts'
import { PrometheusMetrics } from '../../../../src/serve/http/prometheus.ts'
import { createServer, type Server } from '../../../../src/serve/http/server.ts'
import type { Route, RoutePlugin } from '../../../../src/serve/route.ts'
import type { Served } from '../../../../src/serve/served.ts'

export interface TestServer {
  readonly server: Server
  readonly served: readonly Served[]
  readonly faults: readonly unknown[]
}

export async function testServer(
  routes: readonly Route[],
  settings: Partial<ServeSettings> = {},
): Promise<TestServer> {
  const served: Served[] = []
  const faults: unknown[] = []
  const plugin: RoutePlugin = { name: 'test', routes }
  const server = await createServer({
    settings: { ...noServe, ...settings },
    plugins: [plugin],
    metrics: new PrometheusMetrics(),
    version: '9.9.9',
    newId: () => 'request-1',
    onServed: (each) => served.push(each),
    onFault: (error) => faults.push(error),
  })
  await server.ready()
  return { server, served, faults }
}
