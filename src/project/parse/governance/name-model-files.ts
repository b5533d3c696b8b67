/** Which version of a model each file holds, by what YAML says of versions; every other file is named after itself. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { ModelVersion } from '../../../core/node.ts'
import type { ModelProperties, VersionProperties } from '../../read/properties/property-file.ts'
import type { Project, SourceFile } from '../../read/project.ts'
import { compareVersions } from '../../read/properties/read-versions.ts'

export interface NamedFile {
  readonly name: string
  /** undefined: a model without versions. */
  readonly version: ModelVersion | undefined
}

type Versioned = ModelProperties & { readonly version: VersionProperties }

/** By path, only files that hold a version; faults are pushed. */
export function nameModelFiles(
  project: Pick<Project, 'models' | 'properties'>,
  faults: Diagnostic[],
): ReadonlyMap<string, NamedFile> {
  const entries = project.properties.flatMap((file) =>
    file.models.flatMap((entry) =>
      entry.version === undefined ? [] : [{ ...entry, version: entry.version }],
    ),
  )
  const named = new Map<string, NamedFile>()
  if (entries.length === 0) return named
  const byStem = new Map(project.models.map((file) => [stemOf(file.path), file]))
  const claims = new Map<string, Versioned>()
  for (const entry of entries) {
    checkLatest(entry, faults)
    const file = fileOf(entry, byStem)
    if (file === undefined) {
      faults.push(noFile(entry, byStem.keys()))
      continue
    }
    const other = claims.get(file.path)
    if (other !== undefined && other.name !== entry.name) faults.push(twice(entry, other, file))
    claims.set(file.path, entry)
    named.set(file.path, { name: entry.name, version: modelVersion(entry.version) })
  }
  faults.push(...leftOver(entries, byStem, claims))
  return named
}

/** `defined_in`, else `orders_v2`, else `orders` for the latest. */
function fileOf(
  { version }: Versioned,
  byStem: ReadonlyMap<string, SourceFile>,
): SourceFile | undefined {
  if (version.definedIn !== undefined) return byStem.get(version.definedIn)
  const own = byStem.get(defaultStem(version))
  if (own !== undefined || !isLatest(version)) return own
  return byStem.get(version.modelName)
}

function defaultStem({ modelName, version }: VersionProperties): string {
  return `${modelName}_v${version}`
}

function isLatest({ version, latestVersion }: VersionProperties): boolean {
  return String(version) === String(latestVersion)
}

function modelVersion(entry: VersionProperties): ModelVersion {
  const { modelName, version, latestVersion } = entry
  const isOld = compareVersions(version, latestVersion) < 0
  const stage = isLatest(entry) ? 'latest' : isOld ? 'old' : 'prerelease'
  return { modelName, version, latestVersion, stage }
}

/** Once a model: at its first version. */
function checkLatest({ version }: Versioned, faults: Diagnostic[]): void {
  const { latestVersion, latestSpan, all } = version
  const names = all.map(String)
  if (latestSpan === undefined || String(version.version) !== names[0]) return
  if (names.includes(String(latestVersion))) return
  faults.push(
    errorDiagnostic({
      code: 'unknown-version',
      message: `expected one of the versions (${names.join(', ')}), found "${latestVersion}"`,
      span: latestSpan,
    }),
  )
}

function noFile(entry: Versioned, stems: Iterable<string>): Diagnostic {
  const { version, span } = entry
  const expected = version.definedIn ?? defaultStem(version)
  const others = [...stems].filter((stem) => !stem.startsWith(`${version.modelName}_v`))
  const nearest = nearestName(expected, others)
  return errorDiagnostic({
    code: 'unknown-version',
    message: `expected a file ${expected}.sql for version ${version.version} of "${version.modelName}", found none`,
    span,
    hint:
      nearest === undefined
        ? 'write it, or say with "defined_in" which file it is'
        : `if it is ${nearest}.sql, say so: "defined_in: ${nearest}"`,
  })
}

function twice(entry: Versioned, other: Versioned, file: SourceFile): Diagnostic {
  return errorDiagnostic({
    code: 'duplicate-name',
    message: `expected a file of its own for "${entry.name}", found ${file.path}, which is "${other.name}"`,
    span: entry.span,
    related: [{ message: 'the other version', span: other.span }],
  })
}

/** A file of the model's plain name that no version claims would be a second model of that name. */
function leftOver(
  entries: readonly Versioned[],
  byStem: ReadonlyMap<string, SourceFile>,
  claims: ReadonlyMap<string, Versioned>,
): readonly Diagnostic[] {
  const firsts = new Map(entries.map((entry) => [entry.version.modelName, entry]))
  return [...firsts].flatMap(([modelName, entry]) => {
    const file = byStem.get(modelName)
    if (file === undefined || claims.has(file.path)) return []
    return [
      errorDiagnostic({
        code: 'duplicate-name',
        message: `expected the file of a version of "${modelName}", found ${file.path}, which none of them is`,
        span: { path: file.path, line: 1, column: 1, length: 1 },
        hint: `rename it, or name it in "defined_in: ${modelName}" of a version`,
        related: [{ message: 'its versions are declared here', span: entry.span }],
      }),
    ]
  })
}

export function stemOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1)
  const dot = file.lastIndexOf('.')
  return dot <= 0 ? file : file.slice(0, dot)
}
