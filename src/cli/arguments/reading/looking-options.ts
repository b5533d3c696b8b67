/** What the commands that look and tell take from their flags. */
import type { FlagValues } from '../flag-values.ts'
import type { Call } from '../request.ts'
import { UsageError } from '../usage-error.ts'
import { partOfRows } from './read-part.ts'
import { deferral, project, selection, statePlace } from './read-selection.ts'

/** `docs serve` and one page of it all are dbt's too. */
export function readDocs(flags: FlagValues): Call {
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
export function readFreshness(flags: FlagValues): Call {
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
    options: {
      ...selection(flags),
      runsHooks: flags.isOn('sourceFreshnessRunProjectHooks', true),
      ...(output === undefined ? {} : { output }),
    },
  }
}

export function readShow(flags: FlagValues): Call {
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

export function readMetric(flags: FlagValues): Call {
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

/** A/B tests are what there are reports on. */
export function readReport(flags: FlagValues): Call {
  const kind = flags.word(0)
  if (kind !== 'experiment') {
    throw new UsageError(
      `expected "experiment" after "assay report", found "${kind}"`,
      'write "assay report experiment ID"',
    )
  }
  return {
    name: 'report',
    options: {
      ...project(flags),
      experiment: flags.word(1),
      output: flags.oneOf('output', ['markdown', 'html', 'json'], 'markdown'),
    },
  }
}

export function readSimulate(flags: FlagValues): Call {
  const kind = flags.word(0)
  if (kind !== 'experiment') {
    throw new UsageError(
      `expected "experiment" after "assay simulate", found "${kind}"`,
      'write "assay simulate experiment ID --aa 1000"',
    )
  }
  const simulations = flags.wholeNumber('aa', 1) ?? 1000
  if (simulations > 100_000) {
    throw new UsageError(`expected at most 100000 for --aa, found ${simulations}`)
  }
  return {
    name: 'simulate',
    options: {
      ...project(flags),
      experiment: flags.word(1),
      simulations,
      seed: flags.wholeNumber('seed', 0) ?? 1,
    },
    output: flags.oneOf('output', ['table', 'json', 'csv'], 'table'),
  }
}

export function readVerify(flags: FlagValues): Call {
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

export function diffFlags(flags: FlagValues) {
  const tolerance = flags.positiveNumber('tolerance')
  return {
    a: flags.word(0),
    b: flags.word(1),
    key: (flags.text('key') ?? '').split(/[\s,]+/).filter((name) => name !== ''),
    limit: flags.wholeNumber('limit', -1) ?? 5,
    ...(tolerance === undefined ? {} : { tolerance }),
  }
}

export function listFlags(flags: FlagValues) {
  return {
    output: flags.oneOf('output', ['selector', 'name', 'path', 'json'], 'selector'),
    outputKeys: flags.list('outputKeys').flatMap((keys) => keys.split(/[\s,]+/)),
  }
}

export function introspection(flags: FlagValues): { readonly introspect: boolean } {
  return { introspect: flags.isOn('introspect', true) }
}

export function inlineOf(flags: FlagValues): { readonly inline?: string } {
  const inline = flags.text('inline')
  return inline === undefined ? {} : { inline }
}
