/** Helpers that name nodes, read what the command was given, or act. */
import { nearestName } from '../../../core/diagnostic.ts'
import { hookKeys } from '../../../core/node/hook.ts'
import { isJsonObject } from '../../../core/json.ts'
import { isSecretName } from '../../../core/settings/secrets.ts'
import type { ConfigEntry } from '../../read/config-entry.ts'
import {
  describeValue,
  isUnknown,
  jsonOf,
  madeOf,
  nothing,
  printed,
  unknownIn,
  type Value,
} from '../evaluate/value.ts'
import type { Fault } from '../evaluate/evaluation.ts'
import { spanOf } from '../syntax/source-text.ts'
import { calleeName, type Expression } from '../syntax/syntax-tree.ts'
import type { Reference } from '../template.ts'
import { argumentAt, fail, type HelperCall, printedAt, textAt } from './helper-call.ts'

export function ref(call: HelperCall): Value {
  const reference = refOf(call)
  const filtering = filteringOf(call)
  if (reference === nothing || filtering === nothing) return nothing
  return call.host.relation({ ...reference, ...filtering })
}

export function dependsOn(call: HelperCall): Value {
  const reference = refOf(call)
  if (reference !== nothing) call.host.dependOn(reference)
  return nothing
}

export function source(call: HelperCall): Value {
  const sourceName = foldedText(call, 0)
  const tableName = foldedText(call, 1)
  const filtering = filteringOf(call)
  if (sourceName === nothing || tableName === nothing || filtering === nothing) return nothing
  return call.host.relation({
    kind: 'source',
    sourceName,
    tableName,
    ...filtering,
    ...placeOf(call),
  })
}

/** `filter=false`: all rows, whatever a batch, `--sample` or `--empty` says. */
function filteringOf(call: HelperCall): { readonly isWhole?: true } | typeof nothing {
  const written = call.call.named.find(({ key }) => key === 'filter')
  if (written === undefined) return {}
  const value = call.named.get('filter') ?? null
  if (value === nothing) return nothing
  if (typeof value === 'boolean') return value ? {} : { isWhole: true }
  const found = isUnknown(value) ? 'a value that only the run gives' : describeValue(value)
  const message = `expected true or false as filter for ${call.name}, found ${found}`
  call.host.report({ code: 'wrong-arguments', message }, call.frame, written.range)
  return nothing
}

function refOf(call: HelperCall): (Reference & { readonly kind: 'ref' }) | typeof nothing {
  const isPackaged = call.call.args.length > 1
  const packageName = isPackaged ? foldedText(call, 0) : undefined
  const name = foldedText(call, isPackaged ? 1 : 0)
  const version = versionOf(call)
  if (packageName === nothing || name === nothing || version === nothing) return nothing
  return {
    kind: 'ref',
    name,
    ...(packageName === undefined ? {} : { packageName }),
    ...(version === undefined ? {} : { version }),
    ...placeOf(call),
  }
}

/** `version=` or `v=`, a number or a text; undefined: not given. */
function versionOf(call: HelperCall): string | undefined | typeof nothing {
  const written = call.call.named.filter(({ key }) => key === 'version' || key === 'v')
  const [first, second] = written
  if (first === undefined) return undefined
  const refuse = (fault: Fault): typeof nothing => {
    call.host.report(fault, call.frame, (second ?? first).range)
    return nothing
  }
  if (second !== undefined) {
    const message = `expected one version for ${call.name}, found "version" and "v"`
    return refuse({ code: 'wrong-arguments', message })
  }
  const value = call.named.get(first.key) ?? null
  if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value)
  if (value === nothing) return nothing
  return refuse(
    isUnknown(value)
      ? {
          code: 'dynamic-ref',
          message: `expected a version known before the run for ${call.name}, found a value that only the run gives`,
        }
      : {
          code: 'wrong-arguments',
          message: `expected a number or text as version for ${call.name}, found ${describeValue(value)}`,
        },
  )
}

/** The arguments, from the first to the last. */
function placeOf({ call, frame }: HelperCall) {
  const first = call.args[0]?.range ?? call.range
  const last = call.args.at(-1)?.range ?? call.range
  const span = spanOf(frame.source, { start: first.start, end: last.end })
  return frame.callers.length === 0 ? { span } : { span, related: frame.callers }
}

/** A text that is known at parse time: the graph hangs on it. */
function foldedText(call: HelperCall, index: number): string | typeof nothing {
  const value = argumentAt(call, index)
  if (!isUnknown(value) || value === nothing) return textAt(call, index)
  return fail(
    call,
    {
      code: 'dynamic-ref',
      message: `expected a name known before the run for ${call.name}, found a value that only the run gives`,
      hint: 'name the node with {{depends_on "x"}}',
    },
    index,
  )
}

/** The project's own vars may stand under its name, as in dbt. */
export function readVar(call: HelperCall): Value {
  const name = foldedText(call, 0)
  if (name === nothing) return nothing
  const { vars, projectName } = call.host.environment
  call.host.useVar(name)
  const scoped = Object.hasOwn(vars, projectName) ? vars[projectName] : undefined
  for (const among of [vars, isJsonObject(scoped) ? scoped : {}]) {
    const value = Object.hasOwn(among, name) ? among[name] : undefined
    if (value !== undefined) return value
  }
  if (call.args.length > 1) return argumentAt(call, 1)
  const nearest = nearestName(name, Object.keys(vars))
  const remedy = 'set it under vars: of assay.yml or with --vars, or give a default'
  return fail(
    call,
    {
      code: 'missing-var',
      message: `expected a value for the var "${name}", found none`,
      hint: nearest === undefined ? remedy : `did you mean "${nearest}"? else ${remedy}`,
      isCertain: true,
    },
    0,
  )
}

export function readEnv(call: HelperCall): Value {
  const name = foldedText(call, 0)
  if (name === nothing) return nothing
  const { env, secrets } = call.host.environment
  if (secrets === 'refused' && isSecretName(name)) {
    return fail(call, {
      code: 'secret-outside-target',
      message: `expected the secret "${name}" among the values of a target only, found it where it would be written down`,
      hint: 'secrets belong under targets: of assay.yml; name a variable that is none otherwise',
      isCertain: true,
    })
  }
  call.host.useEnv(name)
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined) return value
  if (call.args.length > 1) {
    const byDefault = argumentAt(call, 1)
    return isUnknown(byDefault) ? madeOf(byDefault) : printedAt(call, 1, byDefault)
  }
  const nearest = nearestName(name, Object.keys(env))
  const remedy = 'set it in the environment or in .env, or give a default'
  return fail(
    call,
    {
      code: 'missing-env',
      message: `expected a value for the environment variable "${name}", found none`,
      hint: nearest === undefined ? remedy : `did you mean "${nearest}"? else ${remedy}`,
      isCertain: true,
    },
    0,
  )
}

/** The text of a docs block, or of a package's: `{{doc "package" "block"}}`. */
export function doc(call: HelperCall): Value {
  const isPackaged = call.call.args.length > 1
  const packageName = isPackaged ? foldedText(call, 0) : undefined
  const name = foldedText(call, isPackaged ? 1 : 0)
  if (packageName === nothing || name === nothing) return nothing
  const { docs } = call.host.environment
  if (docs === undefined) {
    return fail(call, {
      code: 'misplaced-helper',
      message: 'expected doc in a description of a properties file, found it elsewhere',
    })
  }
  const found = docs.find(name, packageName)
  if (found !== undefined) return found
  const candidates = docs.names(packageName)
  const nearest = nearestName(name, candidates)
  return fail(call, {
    code: 'unknown-docs-block',
    message: `expected the name of a docs block${packageName === undefined ? '' : ` of "${packageName}"`}, found "${name}"`,
    hint:
      nearest === undefined
        ? `write it into a .md file beside the models: {% docs ${name} %}..{% enddocs %}`
        : `did you mean "${nearest}"?`,
    isCertain: true,
  })
}

export function isIncremental(call: HelperCall): Value {
  return call.host.isIncremental()
}

export function config(call: HelperCall): Value {
  for (const { key, value, range } of call.call.named) {
    const given = call.named.get(key) ?? null
    const folded = jsonOf(given)
    if (folded !== undefined) {
      const span = spanOf(call.frame.source, value.range)
      call.host.configure(key, {
        value: folded,
        span,
        ...itemSpansOf(call, key, value),
        ...writtenOf(call, value),
      })
    } else if (unknownIn(given) !== nothing) {
      call.host.report(
        {
          code: 'dynamic-ref',
          message: `expected a value known before the run for the config "${key}", found ${describeValue(given)}`,
          hint: 'a config is decided by parse, without the database: var, env and target are known there',
        },
        call.frame,
        range,
      )
    }
  }
  return nothing
}

/** Hooks are templates of their own: each has its place. */
function itemSpansOf(
  { frame }: HelperCall,
  key: string,
  value: Expression,
): Pick<ConfigEntry, 'itemSpans'> {
  if (!hookKeys.has(key) || value.kind !== 'call') return {}
  const texts = calleeName(value) === 'list' ? value.args : [value]
  return { itemSpans: texts.map((text) => spanOf(frame.source, hookText(text).range)) }
}

/** In `(dict sql="..")` and `(after_commit "..")` the text. */
function hookText(item: Expression): Expression {
  if (item.kind !== 'call') return item
  return item.named.find(({ key }) => key === 'sql')?.value ?? item.args[0] ?? item
}

/** The expression, where it is more than the value itself. */
function writtenOf({ frame }: HelperCall, { kind, range }: Expression) {
  if (kind === 'literal') return {}
  return { unrendered: frame.source.text.slice(range.start, range.end) }
}

export function log(call: HelperCall): Value {
  const message = messageOf(call)
  if (message !== nothing) call.host.log(message, spanOf(call.frame.source, call.call.range))
  return nothing
}

export function print(call: HelperCall): Value {
  const message = messageOf(call)
  if (message !== nothing) call.host.print(message, spanOf(call.frame.source, call.call.range))
  return nothing
}

export function raise(call: HelperCall): Value {
  const message = messageOf(call)
  if (message !== nothing) call.host.stop(message, call.frame, call.call.range)
  return nothing
}

/** The arguments with a space between them; lists and dicts as JSON. */
function messageOf(call: HelperCall): string | typeof nothing {
  const texts: string[] = []
  for (const value of call.args) {
    const text = printed(value) ?? JSON.stringify(jsonOf(value) ?? describeValue(value))
    if (typeof text !== 'string') return nothing
    texts.push(text)
  }
  return texts.join(' ')
}
