/** What the server serves: a line for each folder of routes. */
import type { ServeContext } from '../../serve/context.ts'
import { healthPlugin } from '../../serve/health/health-plugin.ts'
import type { RoutePlugin } from '../../serve/route.ts'

export function servePlugins(context: ServeContext): readonly RoutePlugin[] {
  return [healthPlugin(context)]
}
