/** The schemas that a plan writes to, made where they are missing; and what they hold, where it is cheaper to ask for all of it at once. */
import type { Adapter } from '../../core/adapter.ts'
import { makeSchemas } from '../../core/database/make-schemas.ts'
import type { WarehouseState } from '../../core/database/warehouse-state.ts'
import { hasHooks } from '../../core/node/hook.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { Plan } from '../../transform/plan/plan.ts'

interface Ready {
  readonly manifest: Manifest
  readonly plan: Plan
  readonly schemas: readonly string[]
}

/** To describe one more relation takes a third of a millisecond, most of which its transaction does anyway. */
const fewRelations = 20

/** Gives what they hold; undefined: each node asks in its transaction. */
export async function readySchemas(
  adapter: Adapter,
  { manifest, plan, schemas }: Ready,
): Promise<WarehouseState | undefined> {
  // Hooks are free to change what it held when the run began, and so are others.
  const isKept = adapter.isExclusive && !hasHooksOf(manifest, plan) && !isSmall(plan)
  const state = isKept ? await adapter.readState(schemas) : undefined
  const present = state?.schemas ?? (await adapter.readSchemas(schemas))
  await makeSchemas(
    adapter,
    schemas.filter((schema) => !present.has(schema)),
  )
  return state
}

/** Of a view on files that may be gone all of its schema is asked. */
function isSmall({ steps }: Plan): boolean {
  const published = steps.flatMap((step) => (step.kind === 'publish' ? [step.node] : []))
  const isOfFiles = published.some(
    (node) => node.resourceType === 'model' && node.materialization.name === 'external',
  )
  return published.length <= fewRelations && !isOfFiles
}

function hasHooksOf({ operations }: Manifest, plan: Plan): boolean {
  if (operations.length > 0) return true
  return plan.steps.some((step) => step.kind === 'publish' && hasHooks(step.node.hooks))
}
