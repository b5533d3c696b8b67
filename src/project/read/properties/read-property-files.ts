/** The properties files of a project to their properties: from the cache where nothing they depend on has changed. */
import { hash } from 'node:crypto'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { readText } from '../files/read-text.ts'
import type { ProjectCache } from '../project-cache.ts'
import type { PropertyFile } from './property-file.ts'
import { loadMakeRender } from '../yaml/load-render.ts'
import { parseText } from '../yaml/parse-text.ts'
import type { ScalarEnvironment } from '../yaml/render-values.ts'
import { readPropertyFile } from './read-property-file.ts'

interface PropertyFilesInput {
  readonly root: string
  readonly paths: readonly string[]
  /** undefined: assay.yml is at fault, so templates are not rendered and only what is no template is checked. */
  readonly environment: ScalarEnvironment | undefined
  readonly cache: ProjectCache | undefined
}

/** `inputs`: names of the environment variables its templates used; empty for a file without templates. */
interface Cached {
  readonly checksum: string
  readonly inputs: readonly string[]
  readonly fingerprint: string
  readonly content: PropertyFile
}

const section = 'properties'

export async function readPropertyFiles(
  input: PropertyFilesInput,
): Promise<Result<readonly PropertyFile[]>> {
  const files: PropertyFile[] = []
  const faults: Diagnostic[] = []
  const fingerprint = input.environment && fingerprinter(input.environment)
  for (const path of input.paths) {
    const text = readText(input.root, path)
    if (!text.ok) {
      faults.push(text.diagnostic)
      continue
    }
    const cached = input.cache?.get(section, path)
    if (isCached(cached) && isFresh(cached, text.checksum, fingerprint)) {
      files.push(cached.content)
      continue
    }
    const result = await readOne({ ...text, path }, input)
    if (result.ok) files.push(result.value)
    else faults.push(...result.diagnostics)
  }
  return faults.length > 0 ? failure(faults) : success(files)
}

type Fingerprint = (inputs: readonly string[]) => string

/** Of what rendering depends on: vars, target, and the environment variables named. */
function fingerprinter(environment: ScalarEnvironment): Fingerprint {
  const { vars, target, projectName, env } = environment
  let shared: string | undefined
  return (inputs) => {
    shared ??= hash('sha256', JSON.stringify([projectName, vars, target]))
    return hash('sha256', JSON.stringify([shared, inputs.map((name) => [name, env[name] ?? null])]))
  }
}

/** The cache gives back what this file has set; its own checksum vouches for the rest of the shape. */
function isCached(value: unknown): value is Cached {
  return typeof value === 'object' && value !== null && 'fingerprint' in value && 'content' in value
}

function isFresh(cached: Cached, checksum: string, fingerprint: Fingerprint | undefined): boolean {
  if (cached.checksum !== checksum) return false
  return cached.fingerprint === '' || cached.fingerprint === fingerprint?.(cached.inputs)
}

interface PropertyFileText {
  readonly path: string
  readonly text: string
  readonly checksum: string
}

async function readOne(
  file: PropertyFileText,
  context: PropertyFilesInput,
): Promise<Result<PropertyFile>> {
  const { path, text, checksum } = file
  const { environment, cache } = context
  const parsed = await parseText(path, text)
  if (!parsed.ok) return parsed
  if (environment === undefined || !text.includes('{{')) {
    const result = readPropertyFile({ path, checksum, value: parsed.value, render: undefined })
    if (result.ok && environment !== undefined) {
      const cached: Cached = { checksum, inputs: [], fingerprint: '', content: result.value }
      cache?.set(section, path, cached)
    }
    return result
  }
  const used = new Set<string>()
  const makeRender = await loadMakeRender()
  const render = makeRender({ ...environment, env: watched(environment.env, used) })
  const result = readPropertyFile({ path, checksum, value: parsed.value, render })
  if (!result.ok) return result
  const inputs = [...used].sort()
  const fingerprint = fingerprinter(environment)(inputs)
  const cached: Cached = { checksum, inputs, fingerprint, content: result.value }
  cache?.set(section, path, cached)
  return result
}

/** Tells which variables a template asked for, those that are not set included. */
function watched(env: ScalarEnvironment['env'], used: Set<string>): ScalarEnvironment['env'] {
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') used.add(name)
  }
  return new Proxy(env, {
    get(target, name) {
      note(name)
      return typeof name === 'string' && Object.hasOwn(target, name) ? target[name] : undefined
    },
    has(target, name) {
      note(name)
      return Object.hasOwn(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      note(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
}
