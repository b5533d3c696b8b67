/** The flags of `assay erase` to a Call. */
import type { FlagValues } from '../flag-values.ts'
import type { Call } from '../request.ts'
import { UsageError } from '../usage-error.ts'
import { project } from './read-selection.ts'

export function readErase(flags: FlagValues): Call {
  return {
    name: 'erase',
    options: {
      ...project(flags),
      select: [],
      exclude: [],
      resourceTypes: [],
      excludeResourceTypes: [],
      by: readBy(flags),
      value: readValue(flags),
      isMeant: flags.isOn('yes'),
      wait: flags.isOn('wait'),
    },
    output: flags.oneOf('output', ['text', 'json'], 'text'),
  }
}

function readBy(flags: FlagValues) {
  const names = (flags.text('column') ?? '').split(/[\s,]+/).filter((name) => name !== '')
  const identity = flags.text('identity') ?? ''
  if ((names.length === 0) === (identity === '')) {
    throw new UsageError(
      `expected --column or --identity, found ${identity === '' ? 'neither' : 'both'}`,
      'for example: assay erase --column user_id --value 4711',
    )
  }
  return identity === ''
    ? ({ kind: 'column', names } as const)
    : ({ kind: 'identity', name: identity } as const)
}

function readValue(flags: FlagValues): string {
  const value = flags.text('value') ?? ''
  if (value !== '') return value
  throw new UsageError(
    'expected --value with whose rows are to go, found none',
    'or the variable ASSAY_VALUE, which no history of the shell keeps',
  )
}
