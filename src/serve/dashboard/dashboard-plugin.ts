/** The dashboard at `/`: the page, what its panels show in one state of the database, and news of what was published. */
import type { Table } from '../../core/adapter.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ServeContext } from '../context.ts'
import { askingDatabase } from '../health/asking-database.ts'
import type { Route, RoutePlugin } from '../route.ts'
import { changesOf } from './changes.ts'
import { pageRoutes } from './page-files.ts'
import { bandits, panelViews, tests, timeWindows, weights } from './panels/panel-views.ts'
import { readPanels } from './panels/read-panels.ts'
import { readQuality } from './quality/read-quality.ts'
import { shareReadings } from './share-readings.ts'

export interface DashboardFacts {
  /** Holds the page, as the build has made it. */
  readonly folder: string
  readonly project: string
  readonly target: string
  /** Unique ids of the project's. */
  readonly sources: readonly string[]
  readonly tests: readonly string[]
  /** By view and column; of columns that have one. */
  readonly units: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** What A/B tests compare, by the name that results give it. */
  readonly metrics: Readonly<Record<string, { readonly label: string; readonly unit: string }>>
  /** `views`: rows by the name of the view, of those that could be read. */
  readonly judge: (test: string, views: ReadonlyMap<string, Table>) => TestJudged
}

/** What came of an A/B test. */
export type TestJudged = {
  /** A sentence, as its report has it. */
  readonly text: string
  readonly tone: 'good' | 'bad' | 'open'
  /** Names of its metrics, the one that decides first. */
  readonly metrics: readonly string[]
  /** Of the intervals, 0 to 1. */
  readonly level: number
}

const wantedQuery: JsonObject = {
  type: 'object',
  properties: {
    bandit: {
      type: 'string',
      maxLength: 256,
      description: 'Whose arms are looked at. Default: the first that has events.',
    },
    test: {
      type: 'string',
      maxLength: 256,
      description: 'Which A/B test is looked at. Default: the first.',
    },
    segment: {
      type: 'string',
      maxLength: 256,
      description: 'Whose shares and posteriors are looked at, device=mobile. Default: all visits.',
    },
    window: { type: 'string', enum: timeWindows, description: 'Default: day.' },
  },
  additionalProperties: false,
}

export function dashboardPlugin(context: ServeContext, facts: DashboardFacts): RoutePlugin {
  const { database, publications } = context
  const share = shareReadings(context)
  const isAnswering = askingDatabase(context)
  const panels: Route = {
    method: 'GET',
    path: '/dashboard/panels',
    operationId: 'getDashboardPanels',
    tag: 'dashboard',
    summary: 'What the panels show, in one state of the database',
    description: 'Rows of the views behind them, as /relations/{name} gives them.',
    scope: 'read',
    request: { query: wantedQuery },
    responses: {
      200: {
        description: 'Rows by view, or why there are none.',
        schema: { type: 'object', additionalProperties: true },
      },
    },
    handle: async ({ query: { bandit, test, segment, window } }) => {
      const wanted = {
        bandit: textOf(bandit),
        test: textOf(test),
        segment: textOf(segment),
        window: timeWindows.find((each) => each === window) ?? 'day',
      }
      const body = await share(JSON.stringify(wanted), () => readPanels(database, wanted, facts))
      return { kind: 'content', status: 200, contentType: 'application/json', body }
    },
  }
  const quality: Route = {
    method: 'GET',
    path: '/dashboard/quality',
    operationId: 'getDashboardQuality',
    tag: 'dashboard',
    summary: 'How fresh and how sound the data is',
    description:
      'Of the ledger: loads, publications of the views, results of tests, the last runs.',
    scope: 'read',
    responses: {
      200: {
        description: 'It by source, model, test and run.',
        schema: { type: 'object', additionalProperties: true },
      },
    },
    handle: async () => {
      const body = await share('quality', async () => {
        const models = [bandits, weights, ...panelViews('day'), tests].map(({ name }) => name)
        const { project, target, sources } = facts
        const found = await readQuality(database, { models, sources, tests: facts.tests, target })
        return JSON.stringify({ project, target, now: context.now().toISOString(), ...found })
      })
      return { kind: 'content', status: 200, contentType: 'application/json', body }
    },
  }
  const changes: Route = {
    method: 'GET',
    path: '/dashboard/changes',
    operationId: 'getDashboardChanges',
    tag: 'dashboard',
    summary: 'Says when something was published, or the database went or came back',
    description: 'Server-sent events, until the other side is gone or the server drains.',
    scope: 'read',
    responses: {
      200: {
        description: 'An event each time, with the number of it.',
        contentType: 'text/event-stream',
        schema: { type: 'string' },
      },
    },
    handle: async ({ signal }) => ({
      kind: 'stream',
      contentType: 'text/event-stream',
      headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      pieces: changesOf(
        publications,
        isAnswering,
        AbortSignal.any([signal, context.state.draining]),
      ),
    }),
  }
  return { name: 'dashboard', routes: [...pageRoutes(facts.folder), panels, quality, changes] }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
