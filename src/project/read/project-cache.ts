/** What earlier commands found out about files, kept in one file so that an unchanged file is not read a second time. */
import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
 * Opens `<targetPath>/cache/project.json`. A file that is absent, damaged or of another version of the package or its
 * schemas is an empty cache.
 */
export function openProjectCache(targetPath: string): ProjectCache {
  const version = cacheVersion()
  const file = join(targetPath, 'cache', 'project.json')
  const sections = new Map<string, Section>()
  for (const [name, values] of Object.entries(load(file, version))) {
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

function load(file: string, version: string): object {
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n')
    const body = text.slice(end + 1)
    if (text.slice(0, end) !== headerOf(version, body)) return {}
    const content: unknown = JSON.parse(body)
    return typeof content === 'object' && content !== null ? content : {}
  } catch {
    return {}
  }
}

/** Raised when the form of what is kept changes within a version of the package. */
const form = 37

function cacheVersion(): string {
  const files = ['package.json', ...schemaFiles].map((name) =>
    readFileSync(join(packageFolder, name), 'utf8'),
  )
  return hash('sha256', JSON.stringify([form, files]))
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
    const folder = mkdtempSync(join(dirname(file), 'saving-'))
    try {
      const temporary = join(folder, 'project.json')
      writeFileSync(temporary, `${headerOf(version, body)}\n${body}`, { mode: 0o600 })
      renameSync(temporary, file)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  } catch {
    // A read-only or full disk: the next command reads the files again.
  }
}
