/** A command's name and the values of its flags to a checked Request. */
import type { BuildOptions } from '../../app/use-cases.ts'
import { never } from '../../core/never.ts'
import type { FlagValues } from './flag-values.ts'
import { partOfRows } from './read-part.ts'
import { deferral, neededState, project, selection, statePlace } from './read-selection.ts'
import type { Call, CommandName, Request } from './request.ts'
import { type Shell, shells } from './shells.ts'
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
  const isOn = flags.isOn('warnError')
  if (isOn && options !== undefined) {
    throw new UsageError('expected --warn-error or --warn-error-options, found both')
  }
  if (isOn) return { warnErrorOptions: '{"error": "all"}' }
  return options === undefined ? {} : { warnErrorOptions: options }
}

function buildOptions(command: BuildOptions['command'], flags: FlagValues): BuildOptions {
  return {
    command,
    ...selection(flags),
    ...buildFlags(flags),
    ...partOfRows(flags),
    ...deferral(flags),
  }
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
    case 'retry':
      return {
        name,
        options: {
          ...project(flags),
          ...statePlace(flags),
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
    case 'verify':
      return readVerify(flags)
    case 'watch':
      return {
        name,
        options: { ...selection(flags), buildFirst: flags.isOn('buildFirst', true) },
      }
    case 'init':
      return { name, options: { ...initFlags(flags), ...project(flags) } }
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

function readMetric(flags: FlagValues): Call {
  const metric = flags.word(0)
  return {
    name: 'metric',
    options: {
      ...project(flags),
      ...(metric === '' ? {} : { metric }),
      by: flags.list('by').flatMap((text) => text.split(/[\s,]+/).filter((name) => name !== '')),
      where: flags.list('where'),
      limit: flags.wholeNumber('limit', -1) ?? -1,
      onlySql: flags.isOn('sql'),
    },
    output: flags.oneOf('output', ['table', 'json', 'csv'], 'table'),
    asNumbers: flags.isOn('numbers'),
  }
}

function initFlags(flags: FlagValues) {
  const folder = flags.word(0)
  const name = flags.text('name')
  if (name !== undefined && !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UsageError(
      `expected letters, digits and underscores for --name, found "${name}"`,
      'for example: assay init shop --name shop',
    )
  }
  return {
    ...(folder === '' ? {} : { folder }),
    ...(name === undefined ? {} : { name }),
  }
}

function readShell(word: string): Shell {
  const shell = shells.find((each) => each === word)
  if (shell !== undefined) return shell
  throw new UsageError(
    `expected one of ${shells.map((each) => `"${each}"`).join(', ')} after "assay completion", found "${word}"`,
  )
}

function readRunOperation(flags: FlagValues): Call {
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

/** `docs serve` and one page of it all are dbt's too. */
function readDocs(flags: FlagValues): Call {
  const word = flags.word(0)
  if (word === 'serve' || flags.isOn('static')) {
    throw new UsageError(
      `expected "assay docs generate", found ${word === 'serve' ? '"serve"' : '--static'}: there is no site of the docs yet`,
      'other programs can show manifest.json and catalog.json, which "assay docs generate" writes',
    )
  }
  if (word !== 'generate') {
    throw new UsageError(
      `expected "generate" after "assay docs", found "${word}"`,
      'write "assay docs generate"',
    )
  }
  return {
    name: 'docs',
    options: {
      ...selection(flags),
      ...deferral(flags),
      ...introspection(flags),
      compiles: flags.isOn('compile', true),
      isEmpty: flags.isOn('emptyCatalog'),
    },
  }
}

/** `source` has one thing to do today, as in dbt. */
function readFreshness(flags: FlagValues): Call {
  const word = flags.word(0)
  if (word !== 'freshness' && word !== 'snapshot-freshness') {
    throw new UsageError(
      `expected "freshness" after "assay source", found "${word}"`,
      'write "assay source freshness"',
    )
  }
  const output = flags.text('output')
  return {
    name: 'source',
    options: { ...selection(flags), ...(output === undefined ? {} : { output }) },
  }
}

function readShow(flags: FlagValues): Call {
  const select = flags.list('select', 'models')
  const inline = inlineOf(flags)
  if (select.length === 0 && inline.inline === undefined) {
    throw new UsageError(
      'expected --select or --inline, found neither',
      `for example: assay show --inline 'select 1 as one'`,
    )
  }
  if (select.length > 0 && inline.inline !== undefined) {
    throw new UsageError('expected --select or --inline, found both')
  }
  return {
    name: 'show',
    options: {
      ...project(flags),
      ...statePlace(flags),
      ...deferral(flags),
      ...inline,
      ...introspection(flags),
      ...partOfRows(flags),
      select,
      limit: flags.wholeNumber('limit', -1) ?? 5,
    },
    output: flags.oneOf('output', ['table', 'json', 'csv'], 'table'),
    asNumbers: flags.isOn('numbers'),
  }
}

function readVerify(flags: FlagValues): Call {
  const seed = flags.wholeNumber('seed', 0)
  const history = flags.wholeNumber('history', 1)
  const sandbox = flags.text('sandbox')
  if (history !== undefined && seed === undefined) {
    throw new UsageError(
      'expected --seed beside --history, found none',
      'both stand in the command that verify has printed',
    )
  }
  return {
    name: 'verify',
    options: {
      ...selection(flags),
      histories: flags.wholeNumber('histories', 0) ?? 50,
      rows: flags.wholeNumber('rows', 1) ?? 200,
      timeoutSeconds: flags.wholeNumber('timeout', 1) ?? 60,
      statics: flags.list('static'),
      ...(seed === undefined ? {} : { seed }),
      ...(history === undefined ? {} : { history }),
      ...(sandbox === undefined ? {} : { sandbox }),
    },
    output: flags.oneOf('output', ['text', 'json'], 'text'),
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

function planningFlags(flags: FlagValues) {
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

function diffFlags(flags: FlagValues) {
  const tolerance = flags.positiveNumber('tolerance')
  return {
    a: flags.word(0),
    b: flags.word(1),
    key: (flags.text('key') ?? '').split(/[\s,]+/).filter((name) => name !== ''),
    limit: flags.wholeNumber('limit', -1) ?? 5,
    ...(tolerance === undefined ? {} : { tolerance }),
  }
}

function listFlags(flags: FlagValues) {
  return {
    output: flags.oneOf('output', ['selector', 'name', 'path', 'json'], 'selector'),
    outputKeys: flags.list('outputKeys').flatMap((keys) => keys.split(/[\s,]+/)),
  }
}

function introspection(flags: FlagValues): { readonly introspect: boolean } {
  return { introspect: flags.isOn('introspect', true) }
}

function inlineOf(flags: FlagValues): { readonly inline?: string } {
  const inline = flags.text('inline')
  return inline === undefined ? {} : { inline }
}
