/** The flags of a build as run_results.json keeps them under `args`, and back again for `retry`. */
import { indirectSelections } from '../../core/settings/indirect-selection.ts'
import { isJsonArray, type JsonObject } from '../../core/json.ts'
import { fixedSample, type LimitOptions, readSample, sampleText } from '../run/input-limit.ts'
import { looksSecret } from '../../core/settings/secrets.ts'
import type { Target } from '../../core/target.ts'
import type { EarlierRun } from '../state/read-state.ts'
import type { DeferOptions } from '../surroundings.ts'
import type { BuildOptions } from '../use-cases.ts'

/** Never a secret: vars that look like one are left out, and said to be. */
export function argsOf(options: BuildOptions, target: Target): JsonObject {
  const { vars, selector, state, backfill, defer } = options
  return {
    project_dir: options.projectDir ?? null,
    target_path: options.targetPath ?? null,
    log_path: options.logPath ?? null,
    threads: target.threads,
    wait: options.wait,
    which: options.command,
    select: options.select,
    exclude: options.exclude,
    selector: selector ?? null,
    indirect_selection: options.indirectSelection ?? 'eager',
    resource_types: options.resourceTypes,
    exclude_resource_types: options.excludeResourceTypes,
    full_refresh: options.fullRefresh,
    fail_fast: options.failFast,
    atomic: options.atomic,
    changed: options.changed,
    store_failures: options.storeFailures,
    skip_nodes_if_on_run_start_fails: options.skipsNodesIfStartFails,
    backfill: backfill ?? null,
    empty: options.empty ?? false,
    sample: options.sample === undefined ? null : sampleText(options.sample),
    event_time_start: options.eventTime?.start ?? null,
    event_time_end: options.eventTime?.end ?? null,
    state: state ?? null,
    defer: defer !== undefined,
    defer_state: defer?.folder ?? null,
    favor_state: defer?.isFavored ?? false,
    target: target.name,
    vars: vars === undefined || looksSecret(vars) ? null : vars,
    vars_left_out: vars !== undefined && looksSecret(vars),
  }
}

const commands = ['build', 'run', 'test', 'seed', 'snapshot'] as const

/** What is said now is left to the caller; undefined: no build that `retry` can repeat. */
export function optionsFrom(run: EarlierRun): BuildOptions | undefined {
  const { args } = run
  const command = commands.find((name) => name === args['which'])
  if (command === undefined) return undefined
  const isOn = (key: string) => args[key] === true
  return {
    command,
    select: textsOf(args, 'select'),
    exclude: textsOf(args, 'exclude'),
    ...textOf(args, 'selector', (selector) => ({ selector })),
    indirectSelection:
      indirectSelections.find((mode) => mode === args['indirect_selection']) ?? 'eager',
    resourceTypes: textsOf(args, 'resource_types'),
    excludeResourceTypes: textsOf(args, 'exclude_resource_types'),
    fullRefresh: isOn('full_refresh'),
    failFast: isOn('fail_fast'),
    wait: isOn('wait'),
    atomic: isOn('atomic'),
    changed: isOn('changed'),
    storeFailures: isOn('store_failures'),
    skipsNodesIfStartFails: args['skip_nodes_if_on_run_start_fails'] !== false,
    ...textOf(args, 'backfill', (backfill) => ({ backfill })),
    ...limitsFrom(run),
    ...textOf(args, 'state', (state) => ({ state })),
    ...deferFrom(args),
    ...textOf(args, 'target', (target) => ({ target })),
    ...textOf(args, 'vars', (vars) => ({ vars })),
    ...threadsFrom(args),
  }
}

function threadsFrom({ threads }: JsonObject): Pick<BuildOptions, 'threads'> {
  return typeof threads === 'number' ? { threads } : {}
}

/** "3 days" are those before the run, not those before it is repeated. */
function limitsFrom({ args, startedAt }: EarlierRun): LimitOptions {
  const { sample: text, event_time_start: start, event_time_end: end } = args
  const asTyped = typeof text === 'string' ? readSample(text) : undefined
  const sample =
    asTyped === undefined || startedAt === undefined
      ? asTyped
      : fixedSample(asTyped, new Date(startedAt))
  const isWindow = typeof start === 'string' && typeof end === 'string'
  return {
    ...(args['empty'] === true ? { empty: true } : {}),
    ...(sample === undefined ? {} : { sample }),
    ...(isWindow ? { eventTime: { start, end } } : {}),
  }
}

function deferFrom(args: JsonObject): DeferOptions {
  if (args['defer'] !== true) return {}
  const isFavored = args['favor_state'] === true
  return textOf(args, 'defer_state', (folder) => ({ defer: { folder, isFavored } }))
}

function textOf<T extends object>(
  args: JsonObject,
  key: string,
  make: (text: string) => T,
): Partial<T> {
  const value = args[key]
  return typeof value === 'string' ? make(value) : {}
}

function textsOf(args: JsonObject, key: string): readonly string[] {
  const value = args[key]
  if (value === undefined || !isJsonArray(value)) return []
  return value.filter((item) => typeof item === 'string')
}
