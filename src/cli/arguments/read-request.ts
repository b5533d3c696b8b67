/** A command's name and the values of its flags to a checked Request. */
import { never } from '../../core/never.ts'
import type { FlagValues } from './flag-values.ts'
import {
  buildOptions,
  planningFlags,
  readRunOperation,
  typedTarget,
} from './reading/building-options.ts'
import { initFlags, readGenerate, readShell } from './reading/housekeeping-options.ts'
import { ingestOptions } from './reading/ingest-options.ts'
import {
  diffFlags,
  inlineOf,
  introspection,
  listFlags,
  readDocs,
  readFreshness,
  readMetric,
  readReport,
  readShow,
  readSimulate,
  readVerify,
} from './reading/looking-options.ts'
import { readErase } from './reading/read-erase.ts'
import { readExport } from './reading/read-export.ts'
import { partOfRows } from './reading/read-part.ts'
import { deferral, neededState, project, selection, statePlace } from './reading/read-selection.ts'
import type { Call, CommandName, Request } from './request.ts'
import { serveOptions } from './reading/serve-options.ts'
import { UsageError } from './usage-error.ts'

/** Throws a `UsageError` for a value that a flag does not take. */
export function readRequest(name: CommandName, flags: FlagValues): Request {
  const level = flags.oneOf('logLevel', ['debug', 'info', 'warn', 'error', 'none'], 'info')
  return {
    call: readCall(name, flags),
    isQuiet: flags.isOn('quiet') || ['warn', 'error', 'none'].includes(level),
    prints: flags.isOn('print', true),
    isDebug: flags.isOn('debug') || level === 'debug',
    logFormat: flags.oneOf('logFormat', ['text', 'json'], 'text'),
    writesJson: flags.isOn('writeJson', true),
    ...warnErrors(flags),
    useColours: flags.choiceToBe('useColors') ?? (flags.isOn('color', true) ? undefined : false),
  }
}

function warnErrors(flags: FlagValues): Pick<Request, 'warnErrorOptions'> {
  const options = flags.text('warnErrorOptions')
  const choice = flags.choiceToBe('warnError')
  const isOn = choice === true
  if (isOn && options !== undefined) {
    throw new UsageError('expected --warn-error or --warn-error-options, found both')
  }
  if (isOn) return { warnErrorOptions: '{"error": "all"}' }
  if (options !== undefined) return { warnErrorOptions: options }
  // Said, so `retry` does not go by what the run before had.
  return choice === false ? { warnErrorOptions: '{}' } : {}
}

function readCall(name: CommandName, flags: FlagValues): Call {
  switch (name) {
    case 'build':
    case 'run':
    case 'test':
    case 'snapshot':
      return { name, options: buildOptions(name, flags) }
    case 'seed':
      return { name, options: buildOptions(name, flags), showsRows: flags.isOn('show') }
    case 'clone':
      return {
        name,
        options: {
          ...selection(flags),
          state: neededState(flags),
          fullRefresh: flags.isOn('fullRefresh'),
          failFast: flags.isOn('failFast'),
          wait: flags.isOn('wait'),
        },
      }
    case 'ingest':
      return { name, options: ingestOptions(flags) }
    case 'retry':
      return {
        name,
        options: {
          ...project(flags),
          ...statePlace(flags),
          ...typedTarget(flags),
          fullRefresh: flags.isOn('fullRefresh'),
          wait: flags.isOn('wait'),
        },
      }
    case 'compile':
      return {
        name,
        options: {
          ...selection(flags),
          ...inlineOf(flags),
          ...introspection(flags),
          ...partOfRows(flags),
          ...deferral(flags),
          fullRefresh: flags.isOn('fullRefresh'),
        },
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'plan':
      return {
        name,
        options: {
          ...selection(flags),
          command: flags.oneOf('command', ['build', 'run', 'test', 'seed', 'snapshot'], 'build'),
          ...planningFlags(flags),
          ...partOfRows(flags),
          ...introspection(flags),
          ...deferral(flags),
        },
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'lint':
      return {
        name,
        options: selection(flags),
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'source':
      return readFreshness(flags)
    case 'docs':
      return readDocs(flags)
    case 'ls':
      return { name, options: { ...selection(flags), ...listFlags(flags) } }
    case 'diff':
      return {
        name,
        options: { ...selection(flags), ...diffFlags(flags) },
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'prune':
      return {
        name,
        options: { ...project(flags), isMeant: flags.isOn('yes'), wait: flags.isOn('wait') },
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'erase':
      return readErase(flags)
    case 'export':
      return readExport(flags)
    case 'explain':
      return {
        name,
        options: { ...project(flags), model: flags.word(0) },
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'status':
      return {
        name,
        options: project(flags),
        output: flags.oneOf('output', ['text', 'json'], 'text'),
      }
    case 'show':
      return readShow(flags)
    case 'metric':
      return readMetric(flags)
    case 'report':
      return readReport(flags)
    case 'simulate':
      return readSimulate(flags)
    case 'verify':
      return readVerify(flags)
    case 'watch':
      return {
        name,
        options: { ...selection(flags), buildFirst: flags.isOn('buildFirst', true) },
      }
    case 'serve':
      return { name, options: serveOptions(flags) }
    case 'init':
      return { name, options: { ...initFlags(flags), ...project(flags) } }
    case 'generate':
      return readGenerate(flags)
    case 'completion':
      return { name, shell: readShell(flags.word(0)), options: project(flags) }
    case 'run-operation':
      return readRunOperation(flags)
    case 'parse':
    case 'debug':
    case 'clean':
      return { name, options: project(flags) }
    default:
      return never(name)
  }
}
