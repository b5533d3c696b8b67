/** `serve`: a checked project, an open database and the routes to a server that answers until it is told to stop. */
import { once } from 'node:events'
import type { Adapter } from '../../core/adapter.ts'
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { noServe, type ServeSettings } from '../../core/settings/serve-settings.ts'
import { errorCode } from '../../core/system/error-code.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import type { BanditTables } from '../../serve/bandits/bandit-tables.ts'
import type { EventTable } from '../../serve/events/event-capture.ts'
import type { ReadDatabase, ServeContext, ServerState } from '../../serve/context.ts'
import type { Build } from '../../serve/builds/build-queue.ts'
import type { PrometheusMetrics } from '../../serve/http/prometheus.ts'
import type { Server, ServerRequest } from '../../serve/http/server.ts'
import { PublishedNews } from '../../serve/published.ts'
import { logFolder, withLogFile } from '../files/log-file.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { createAdapter, describeDatabase, withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { ServeOptions, ServeValue } from '../use-cases.ts'
import { banditTables } from './bandit-tables.ts'
import { Building } from './building.ts'
import { type CaptureTable, captureTables } from './capture.ts'
import { dashboardFacts } from './dashboard-facts.ts'
import { Loading } from './loading.ts'
import { openRelations } from './open-relations.ts'
import type { ServePlugins, Workers } from './plugins.ts'
import { readDatabase } from './read-database.ts'

export async function serve(
  options: ServeOptions,
  outside: Surroundings,
): Promise<Outcome<ServeValue>> {
  const loaded = await loadProject(options, outside, { serves: true })
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { project } = loaded.value.manifest
  const emit = withLogFile(logFolder(project, options.logPath), outside)
  const surroundings = { ...outside, emit }
  const settings = settingsOf(project.serve ?? noServe, options)
  for (const diagnostic of settings.warnings) emit({ type: 'diagnostic', diagnostic })
  const library = await loadServer()
  if (!library.ok) return { kind: 'invalid', diagnostics: library.diagnostics }
  const served = await withAdapter(project.target, (adapter) =>
    serveOn(adapter, {
      loaded: loaded.value,
      options,
      settings,
      surroundings,
      library: library.value,
    }),
  )
  if (!served.ok) return { kind: 'invalid', diagnostics: served.diagnostics }
  if (!served.value.ok) return { kind: 'invalid', diagnostics: served.value.diagnostics }
  const { value } = served.value
  return { kind: 'done', exitCode: value.isDrained ? 0 : 1, value }
}

/** Flags win. */
function settingsOf(settings: ServeSettings, { host, port }: ServeOptions): ServeSettings {
  return { ...settings, host: host ?? settings.host, port: port ?? settings.port }
}

interface Library {
  readonly createServer: (request: ServerRequest) => Promise<Server>
  readonly createMetrics: () => PrometheusMetrics
  readonly servePlugins: ServePlugins
  readonly findBuild: (database: ReadDatabase, id: string) => Promise<Build | undefined>
}

/** The HTTP server is for those who serve: nobody else has to install it. */
async function loadServer(): Promise<Result<Library>> {
  try {
    const { createServer } = await import('../../serve/http/server.ts')
    const { PrometheusMetrics } = await import('../../serve/http/prometheus.ts')
    const { servePlugins } = await import('./plugins.ts')
    const { findBuild } = await import('../../serve/database/find-build.ts')
    const createMetrics = () => new PrometheusMetrics()
    return success({ createServer, createMetrics, servePlugins, findBuild })
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    return failure([
      errorDiagnostic({
        code: 'server-not-installed',
        message: 'expected the packages of the HTTP server, found that some are not installed',
        hint: 'npm install fastify @fastify/cors @fastify/rate-limit @fastify/swagger prom-client kysely',
      }),
    ])
  }
}

interface Serving {
  readonly loaded: LoadedProject
  readonly options: ServeOptions
  readonly settings: ServeSettings
  readonly surroundings: Surroundings
  readonly library: Library
}

/** Reading and loading have connections of their own: neither waits for the other's. */
async function serveOn(adapter: Adapter, serving: Serving): Promise<Result<ServeValue>> {
  const { loaded, settings, surroundings, library } = serving
  const { project } = loaded.manifest
  const { emit, signal, version, newId } = surroundings
  await migrateLedger(adapter)
  const made = await makeWorkers(adapter, serving)
  if (!made.ok) return made
  const { context, workers, state } = made.value
  const { loading, building } = workers
  try {
    const server = await library.createServer({
      settings,
      plugins: library.servePlugins(context, workers),
      metrics: made.value.metrics,
      version,
      newId,
      onServed: (served) => emit({ type: 'request-served', ...served }),
      onFault: (error, requestId) => {
        const message = error instanceof Error ? error.message : String(error)
        context.log(`request ${requestId}: ${message}`)
      },
    })
    state.read = () => server.state
    const address = await listen(server, settings)
    if (!address.ok) return address
    // What an earlier server has kept and not loaded.
    loading.due()
    const database = describeDatabase(project.target, project.root)
    emit({ type: 'serving', address: address.value, target: project.target.name, database })
    if (!signal.aborted) await once(signal, 'abort')
    return success({ isDrained: await drain({ server, loading, building }, settings) })
  } finally {
    await workers.adapter.close()
  }
}

interface Made {
  readonly context: ServeContext
  readonly metrics: PrometheusMetrics
  readonly workers: Workers & {
    readonly loading: Loading
    readonly building: Building
    readonly adapter: Adapter
  }
  /** Known once there is a server. */
  readonly state: { read: () => ServerState }
}

async function makeWorkers(
  adapter: Adapter,
  { loaded, options, settings, surroundings, library }: Serving,
): Promise<Result<Made>> {
  const { manifest } = loaded
  const { now, newId, random, emit } = surroundings
  const metrics = library.createMetrics()
  const news = new PublishedNews()
  const starting: ServerState = { phase: 'starting', draining: new AbortController().signal }
  const state: Made['state'] = { read: () => starting }
  const context: ServeContext = {
    settings,
    database: readDatabase(adapter, manifest),
    metrics,
    publications: news,
    get state() {
      return state.read()
    },
    now,
    newId,
    random,
    log: (message) => emit({ type: 'log', message, node: undefined }),
  }
  const tables = captureTables({
    manifest,
    dialect: adapter.dialect,
    metrics,
    surroundings,
    onCaptured: () => loading.due(),
  })
  if (!tables.ok) return tables
  const building = new Building({
    loaded,
    options,
    settings: settings.builds,
    surroundings,
    metrics,
    onBuilt: (nodes) => news.tell('built', nodes),
    lookUp: (id) => library.findBuild(context.database, id),
  })
  const relations = await openRelations(loaded, settings.relations)
  if (!relations.ok) return relations
  const writing = await createAdapter(manifest.project.target)
  const loading = new Loading({
    adapter: writing,
    loaded,
    tables: tables.value,
    surroundings,
    metrics,
    everyMs: settings.loadEveryMs,
    onLoaded: (nodes, rows) => {
      news.tell('loaded', nodes)
      building.loaded(rows)
    },
  })
  const bandits = banditTables({
    manifest,
    settings,
    tables: tables.value,
    adapter,
    loadNow: () => loading.now(),
  })
  if (!bandits.ok) return bandits
  const workers = {
    capture: { tables: sentTo(tables.value, bandits.value) },
    bandits: bandits.value,
    builds: building,
    relations: relations.value,
    dashboard: dashboardFacts(manifest),
    building,
    loading,
    adapter: writing,
  }
  return success({ context, metrics, workers, state })
}

/** What the server writes of its own doings nobody sends. */
function sentTo(
  tables: readonly CaptureTable[],
  bandits: BanditTables | undefined,
): readonly EventTable[] {
  const own = [bandits?.selections, bandits?.actions].map((table) => table?.events)
  return tables.flatMap(({ events }) => (own.includes(events) ? [] : [events]))
}

async function listen(server: Server, { host, port }: ServeSettings): Promise<Result<string>> {
  try {
    return success(await server.listen())
  } catch (error) {
    const code = errorCode(error)
    if (
      code === undefined ||
      !['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code)
    ) {
      throw error
    }
    await server.close(AbortSignal.abort())
    return failure([notFree(host, port, code)])
  }
}

function notFree(host: string, port: number, code: string): Diagnostic {
  const found: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not',
  }
  return errorDiagnostic({
    code: 'address-not-free',
    message: `expected to listen at ${host}:${port}, found that ${found[code] ?? 'this machine has no such address'}`,
    hint: 'choose another with --port, or "port" under "serve" in assay.yml',
  })
}

interface UnderWay {
  readonly server: Server
  readonly loading: Loading
  readonly building: Building
}

/**
 * Requests first, so that the last load has all their events. It listens to the end: who asks meanwhile is told that it
 * drains. False: something took too long and was ended.
 */
async function drain(
  { server, loading, building }: UnderWay,
  { drainTimeoutMs }: ServeSettings,
): Promise<boolean> {
  server.drain()
  const timeout = AbortSignal.timeout(drainTimeoutMs)
  const built = building.stop(timeout)
  await server.quiet(timeout)
  const isLoaded = await loading.stop(timeout)
  const isBuilt = await built
  await server.close(timeout)
  return isLoaded && isBuilt && !timeout.aborted
}
