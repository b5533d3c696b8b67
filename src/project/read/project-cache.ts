/** What earlier commands found out about files, kept in one file so that an unchanged file is not read a second time. */
import { hash, randomUUID } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolder } from './files/package-folder.ts'

/** Values are JSON. Keys are told apart by section, so each stage has a section of its own. */
export interface ProjectCache {
  /** undefined: not known. The value is what `set` was given, by whoever wrote this section in this version. */
  get(section: string, key: string): unknown
  set(section: string, key: string, value: unknown): void
  /** Writes what was set or asked for since opening; entries nobody asked for are forgotten. Never throws. */
  save(): void
}

interface Section {
  readonly values: Map<string, unknown>
  readonly touched: Set<string>
}

/**
 * Opens `<targetPath>/cache/project.json`, or a file of its own for each set of flags, which begins as that one. A file
 * that is absent, damaged or of another version of the package or its schemas is an empty cache.
 */
export function openProjectCache(targetPath: string, flags?: CacheFlags): ProjectCache {
  const version = cacheVersion()
  const folder = join(targetPath, 'cache')
  const file = join(folder, nameFor(flags))
  const sections = new Map<string, Section>()
  const found = load(file, version) ?? load(join(folder, nameFor(undefined)), version) ?? {}
  for (const [name, values] of Object.entries(found)) {
    if (typeof values !== 'object' || values === null) continue
    sections.set(name, { values: new Map(Object.entries(values)), touched: new Set() })
  }
  let isChanged = false
  return {
    get(section, key) {
      const found = sections.get(section)
      const value: unknown = found?.values.get(key)
      if (value !== undefined) found?.touched.add(key)
      return value
    },
    set(section, key, value) {
      const found = sections.get(section) ?? { values: new Map(), touched: new Set() }
      sections.set(section, found)
      found.values.set(key, value)
      found.touched.add(key)
      isChanged = true
    },
    save() {
      if (!isChanged) return
      isChanged = false
      store(file, version, contentOf(sections))
      if (flags !== undefined) removeOldest(folder)
    },
  }
}

/** A section nobody touched belongs to a stage that did not run: it is kept whole. */
function contentOf(sections: ReadonlyMap<string, Section>): object {
  return Object.fromEntries(
    [...sections].map(([name, { values, touched }]) => {
      const kept = [...values].filter(([key]) => touched.size === 0 || touched.has(key))
      return [name, Object.fromEntries(kept)]
    }),
  )
}

/** Undefined where it is not there, damaged or of another version. */
function load(file: string, version: string): object | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n')
    const body = text.slice(end + 1)
    if (text.slice(0, end) !== headerOf(version, body)) return undefined
    const content: unknown = JSON.parse(body)
    return typeof content === 'object' && content !== null ? content : undefined
  } catch {
    return undefined
  }
}

/** What changes the meaning of files without a change of them. */
export interface CacheFlags {
  readonly target: string | undefined
  readonly vars: string | undefined
}

const plainName = 'project.json'

/** Commands with flags have a cache of their own: one with and one without would undo each other's. */
function nameFor(flags: CacheFlags | undefined): string {
  if (flags === undefined || (flags.target === undefined && flags.vars === undefined)) {
    return plainName
  }
  return `project-${hash('sha256', JSON.stringify([flags.target, flags.vars])).slice(0, 16)}.json`
}

const keptFiles = 4

/** A date among the vars makes a new one each day. */
function removeOldest(folder: string): void {
  try {
    const files = readdirSync(folder)
      .filter((name) => /^project-[0-9a-f]{16}[.]json$/.test(name))
      .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
      .toSorted((a, b) => b.at - a.at)
    for (const { path } of files.slice(keptFiles)) rmSync(path, { force: true })
  } catch {
    // Another command removes them too.
  }
}

/** Raised when the form of what is kept, or what is made of files, changes and the program is not compiled. */
const form = 37

function cacheVersion(): string {
  const files = ['package.json', ...schemaFiles].map((name) =>
    readFileSync(join(packageFolder, name), 'utf8'),
  )
  return hash('sha256', JSON.stringify([form, files, programText()]))
}

/** Names all parts of the compiled program by their hashes: what an older one has made of the files is not believed. */
function programText(): string | null {
  try {
    return readFileSync(join(packageFolder, 'dist', 'cli', 'main.js'), 'utf8')
  } catch {
    return null
  }
}

const schemaFiles = [
  'schemas/assay.schema.json',
  'schemas/config.schema.json',
  'schemas/properties.schema.json',
  'schemas/sources.schema.json',
] as const

/** The hash of the body stands in the first line, so what is read is what was written, whole. */
function headerOf(version: string, body: string): string {
  return JSON.stringify({ cache: version, sha256: hash('sha256', body) })
}

/** Readers see the old file or the new one. A cache that cannot be written only costs time. */
function store(file: string, version: string, content: object): void {
  const body = JSON.stringify(content)
  try {
    mkdirSync(dirname(file), { recursive: true })
    const temporary = `${file}.${randomUUID()}`
    try {
      writeFileSync(temporary, `${headerOf(version, body)}\n${body}`, { mode: 0o600, flag: 'wx' })
      renameSync(temporary, file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  } catch {
    // A read-only or full disk: the next command reads the files again.
  }
}
