/** Loaded before the command in a child process: counts its statements and ends or stops the process at one of them. */
import { appendFileSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import Module, { syncBuiltinESMExports } from 'node:module'

/** Handed over in FAULT as JSON. */
interface Fault {
  /** The n-th statement that matches, from 1; 0: none, only count. */
  readonly at: number
  readonly matches: string
  /** `sent`: under way, its answer not waited for. */
  readonly when: 'before' | 'sent' | 'after'
  readonly signal: 'SIGKILL' | 'SIGSTOP'
  /** How long a statement that was sent is let run. */
  readonly sentMs: number
  /** What was counted, or where it struck. */
  readonly trace: string
}

type Call = (this: unknown, ...args: unknown[]) => unknown
type Members = Record<string, unknown>

const fault: Fault = JSON.parse(process.env['FAULT'] ?? '{}')
const pattern = new RegExp(fault.matches, 'is')
let count = 0

/** Node's own loader of CommonJS packages: both drivers come by it, whether or not they are part of the built program. */
const loader: unknown = Module
if (!isMembers(loader)) throw new Error('no loader of modules was found')
const load = callOf(loader, '_load')
const watched = new Map<unknown, unknown>()
loader['_load'] = function (this: unknown, ...args: unknown[]) {
  const exported = load.apply(this, args)
  const [name] = args
  if (!isMembers(exported) || typeof name !== 'string') return exported
  const known = watched.get(exported)
  if (known !== undefined) return known
  const watching = watchDriver(name, exported)
  if (watching === undefined) return exported
  watched.set(exported, watching)
  return watching
}

/** What is to be used in its place; undefined: it is no driver. */
function watchDriver(name: string, exported: Members): Members | undefined {
  if (name === 'pg' || /[/\\]packages[/\\]pg\.cjs$/.test(name)) {
    const inside = exported['pg']
    watchPostgres(isMembers(inside) ? inside : exported)
    return exported
  }
  if (!/^@duckdb\/node-bindings(?:-[^/]+\/duckdb\.node)?$/.test(name)) return undefined
  // What the native driver exports cannot be changed, so a copy goes in its place.
  const copy = copyOf(exported)
  watchDuckdb(copy)
  // Its own package hands it on.
  watched.set(copy, copy)
  return copy
}

watchFiles()

/** Native functions want their own object as `this`. */
function copyOf(native: Members): Members {
  const copy: Members = {}
  for (const name of Object.getOwnPropertyNames(native)) {
    const value = native[name]
    copy[name] = typeof value === 'function' ? value.bind(native) : value
  }
  return copy
}

/** Sent every few seconds: how many of them a run sends hangs on how fast the machine is. */
const byTheClock = /^update _assay\.heartbeats|pg_blocking_pids/

function watchPostgres(pg: Members): void {
  const client = pg['Client']
  const prototype = isMembers(client) ? client['prototype'] : undefined
  if (!isMembers(prototype)) throw new Error('pg has no Client')
  around(prototype, 'query', (args) => {
    const text = textOf(args[0])
    return text !== undefined && byTheClock.test(text) ? undefined : text
  })
}

/** Below the driver's classes: each call here is one statement, or one step of an appender, or the end of the file. */
function watchDuckdb(bindings: Members): void {
  const prepared = new WeakMap<object, string>()
  const prepare = callOf(bindings, 'prepare')
  bindings['prepare'] = async function (this: unknown, ...args: unknown[]) {
    const statement = await prepare.apply(this, args)
    if (typeof statement === 'object' && statement !== null) {
      prepared.set(statement, String(args[1]))
    }
    return statement
  }
  around(bindings, 'query', (args) => String(args[1]))
  const known = ([statement]: readonly unknown[]) =>
    typeof statement === 'object' && statement !== null
      ? (prepared.get(statement) ?? 'a prepared statement')
      : 'a prepared statement'
  for (const name of ['execute_prepared', 'execute_prepared_streaming']) {
    around(bindings, name, known)
  }
  around(bindings, 'append_data_chunk', () => '(append a chunk of rows)')
  around(bindings, 'appender_close_sync', () => '(close the appender)')
  around(bindings, 'close_sync', () => '(close the file)')
}

/** What models, batches, dead letters and exports are kept in, while they take their places and when they have. */
const keptFiles =
  /\.assay[_-]|\.versions(?:[/\\]|$)|\.erasing\.|[/\\](?:staging|archive|dead_letter|processed)[/\\]/

/** Steps with these files count as statements do. */
function watchFiles(): void {
  const holder: unknown = files
  if (!isMembers(holder)) throw new Error('no files were found')
  for (const name of ['rename', 'symlink']) {
    around(holder, name, ([from, to]) => {
      const paths = `${String(from)} to ${String(to)}`
      return keptFiles.test(paths) ? `(${name} ${paths})` : undefined
    })
  }
  for (const name of ['open', 'writeFile', 'rm', 'truncate']) {
    around(holder, name, ([path]) =>
      keptFiles.test(String(path)) ? `(${name} ${String(path)})` : undefined,
    )
  }
  syncBuiltinESMExports()
}

/** undefined: it does not count. */
function around(
  holder: Members,
  name: string,
  describe: (args: readonly unknown[]) => string | undefined,
) {
  const original = callOf(holder, name)
  holder[name] = function (this: unknown, ...args: unknown[]) {
    const described = describe(args)
    if (described === undefined) return original.apply(this, args)
    const text = withoutComment(described)
    if (!pattern.test(text)) return original.apply(this, args)
    count += 1
    if (fault.at === 0) appendFileSync(fault.trace, `${JSON.stringify(text)}\n`)
    if (count !== fault.at) return original.apply(this, args)
    if (fault.when === 'before') strike(text)
    const result = original.apply(this, args)
    if (fault.when === 'sent') setImmediate(() => strikeSent(text))
    else if (fault.when === 'after') strikeAfter(result, text)
    return result
  }
}

/** The `query-comment` names the node: which statement it is hangs on what follows. */
function withoutComment(text: string): string {
  return text.replace(/^\/\*[\s\S]*?\*\/\s*/, '')
}

function strikeSent(text: string): void {
  if (fault.sentMs > 0) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.sentMs)
  }
  strike(text)
}

function strikeAfter(result: unknown, text: string): void {
  if (result instanceof Promise) {
    const done = () => strike(text)
    result.then(done, done)
    return
  }
  const once = isMembers(result) ? result['once'] : undefined
  if (typeof once === 'function') once.call(result, 'finish', () => strike(text))
  else strike(text)
}

/** The file says that it really struck: a process that had ended by itself does not count. */
function strike(text: string): void {
  writeFileSync(fault.trace, JSON.stringify({ at: count, text }))
  process.kill(process.pid, fault.signal)
}

function callOf(holder: Members, name: string): Call {
  const found = holder[name]
  if (typeof found !== 'function') throw new Error(`expected a function "${name}"`)
  return function (this: unknown, ...args: unknown[]) {
    const result: unknown = found.apply(this, args)
    return result
  }
}

/** A query as text, as a config with text, or as a stream of COPY with text. */
function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  const text = isMembers(query) ? query['text'] : undefined
  return typeof text === 'string' ? text : 'a query'
}

function isMembers(value: unknown): value is Members {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
