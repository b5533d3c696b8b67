/** What the commands that write take from their flags. */
import type { BuildOptions, RetryOptions } from '../../../app/use-cases.ts'
import type { FlagValues } from '../flag-values.ts'
import type { Call } from '../request.ts'
import { UsageError } from '../usage-error.ts'
import { partOfRows } from './read-part.ts'
import { deferral, project, selection } from './read-selection.ts'

export function buildOptions(command: BuildOptions['command'], flags: FlagValues): BuildOptions {
  return {
    command,
    ...selection(flags),
    ...buildFlags(flags),
    ...partOfRows(flags),
    ...deferral(flags),
  }
}

function buildFlags(flags: FlagValues) {
  return {
    ...planningFlags(flags),
    failFast: flags.isOn('failFast'),
    wait: flags.isOn('wait'),
    changed: flags.isOn('changed'),
    storeFailures: flags.isOn('storeFailures'),
    skipsNodesIfStartFails: flags.isOn('skipNodesIfOnRunStartFails', true),
  }
}

/** It must be that of the run, so only what was typed is of interest. */
export function typedTarget(flags: FlagValues): Pick<RetryOptions, 'typedTarget'> {
  const target = flags.typed('target')
  return target === undefined ? {} : { typedTarget: target }
}

export function planningFlags(flags: FlagValues) {
  const fullRefresh = flags.isOn('fullRefresh')
  const backfill = flags.text('backfill')
  const atomic = flags.isOn('atomic')
  if (backfill === undefined) return { fullRefresh, atomic }
  if (fullRefresh) {
    throw new UsageError(
      'expected --backfill or --full-refresh, found both',
      'a full refresh rebuilds every row; leave one of them out',
    )
  }
  return { fullRefresh, atomic, backfill }
}

export function readRunOperation(flags: FlagValues): Call {
  const name = flags.word(0)
  const inline = flags.text('sql')
  const args = flags.text('args')
  if ((name === '') === (inline === undefined)) {
    throw new UsageError(
      `expected the name of a macro or --sql, found ${name === '' ? 'neither' : 'both'}`,
      `for example: assay run-operation grant_select --args '{role: reporter}'`,
    )
  }
  return {
    name: 'run-operation',
    options: {
      ...project(flags),
      ...(name === '' ? {} : { name }),
      ...(inline === undefined ? {} : { inline }),
      ...(args === undefined ? {} : { args }),
    },
  }
}
