/** What the server serves: a line for each folder of routes. */
import type { ServeContext } from '../../serve/context.ts'
import { buildsPlugin } from '../../serve/builds/builds-plugin.ts'
import type { Builds } from '../../serve/builds/build-queue.ts'
import type { EventCapture } from '../../serve/events/event-capture.ts'
import { eventsPlugin } from '../../serve/events/events-plugin.ts'
import { healthPlugin } from '../../serve/health/health-plugin.ts'
import type { RoutePlugin } from '../../serve/route.ts'

export interface Workers {
  readonly capture: EventCapture
  readonly builds: Builds
}

export function servePlugins(context: ServeContext, workers: Workers): readonly RoutePlugin[] {
  return [
    healthPlugin(context),
    eventsPlugin(context, workers.capture),
    buildsPlugin(workers.builds),
  ]
}
