/** Flags that many commands share: which project, which nodes, and what stands in for what is not built. */
import type { DeferOptions, ProjectOptions, SelectionOptions } from '../../../app/surroundings.ts'
import { indirectSelections } from '../../../core/settings/indirect-selection.ts'
import type { FlagValues } from '../flag-values.ts'
import { UsageError } from '../usage-error.ts'

export function selection(flags: FlagValues): ProjectOptions & SelectionOptions {
  return {
    ...project(flags),
    select: flags.list('select', 'models'),
    exclude: flags.list('exclude'),
    ...selectorOf(flags),
    indirectSelection: flags.oneOf('indirectSelection', indirectSelections, 'eager'),
    ...statePlace(flags),
    resourceTypes: flags.severalOf(
      ['resourceTypes', 'resourceType'],
      ['all', 'default', ...resourceTypes],
    ),
    excludeResourceTypes: flags.severalOf(
      ['excludeResourceTypes', 'excludeResourceType'],
      resourceTypes,
    ),
  }
}

/** dbt's; of a kind that a project has none of, nothing is selected. */
const resourceTypes = [
  'model',
  'seed',
  'snapshot',
  'source',
  'test',
  'unit_test',
  'analysis',
  'exposure',
  'metric',
] as const

/** Two ways to say one thing: one of them would be left out in silence. */
function selectorOf(flags: FlagValues): { readonly selector?: string } {
  const selector = flags.text('selector')
  if (selector === undefined) return {}
  const others = [...flags.list('select', 'models'), ...flags.list('exclude')]
  if (others.length > 0) {
    throw new UsageError(
      'expected --selector or --select and --exclude, found both',
      `together: --select selector:${selector} and what else there is`,
    )
  }
  return { selector }
}

export function statePlace(flags: FlagValues): { readonly state?: string } {
  const state = flags.text('state')
  return state === undefined ? {} : { state }
}

export function neededState(flags: FlagValues): string {
  const { state } = statePlace(flags)
  if (state !== undefined) return state
  throw new UsageError(
    'expected --state with the folder of another run, found none',
    'for example: --state target/production, where its manifest.json lies',
  )
}

export function deferral(flags: FlagValues): DeferOptions {
  if (!flags.isOn('defer')) return {}
  const folder = flags.text('deferState') ?? flags.text('state')
  if (folder === undefined) {
    throw new UsageError(
      'expected --state with the folder of another run beside --defer, found none',
      'for example: --defer --state target/production, where its manifest.json lies',
    )
  }
  return { defer: { folder, isFavored: flags.isOn('favorState') } }
}

export function project(flags: FlagValues): ProjectOptions {
  const projectDir = flags.text('projectDir')
  const target = flags.text('target')
  const vars = flags.text('vars')
  const threads = flags.wholeNumber('threads', 1)
  const targetPath = flags.text('targetPath')
  const logPath = flags.text('logPath')
  return {
    ...(projectDir === undefined ? {} : { projectDir }),
    ...(target === undefined ? {} : { target }),
    ...(vars === undefined ? {} : { vars }),
    ...(threads === undefined ? {} : { threads }),
    ...(targetPath === undefined ? {} : { targetPath }),
    ...(logPath === undefined ? {} : { logPath }),
  }
}
