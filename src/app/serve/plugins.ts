/** What the server serves: a line for each folder of routes. */
import type { ServeContext } from '../../serve/context.ts'
import type { BanditTables } from '../../serve/bandits/bandit-tables.ts'
import { banditsPlugin } from '../../serve/bandits/bandits-plugin.ts'
import { buildsPlugin } from '../../serve/builds/builds-plugin.ts'
import type { Builds } from '../../serve/builds/build-queue.ts'
import { type DashboardFacts, dashboardPlugin } from '../../serve/dashboard/dashboard-plugin.ts'
import type { EventCapture } from '../../serve/events/event-capture.ts'
import { eventsPlugin } from '../../serve/events/events-plugin.ts'
import { healthPlugin } from '../../serve/health/health-plugin.ts'
import { type OpenRelation, relationsPlugin } from '../../serve/relations/relations-plugin.ts'
import type { RoutePlugin } from '../../serve/route.ts'

export interface Workers {
  readonly capture: EventCapture
  readonly builds: Builds
  readonly relations: readonly OpenRelation[]
  readonly dashboard: DashboardFacts
  /** undefined: no arm is selected here. */
  readonly bandits: BanditTables | undefined
}

/** Gives the routes of the server. */
export type ServePlugins = typeof servePlugins

export function servePlugins(context: ServeContext, workers: Workers): readonly RoutePlugin[] {
  return [
    healthPlugin(context),
    eventsPlugin(context, workers.capture),
    buildsPlugin(workers.builds),
    relationsPlugin(context, workers.relations),
    banditsPlugin(context, workers.bandits),
    dashboardPlugin(context, workers.dashboard),
  ]
}
