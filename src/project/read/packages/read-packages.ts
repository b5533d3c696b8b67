/** `packages:` of assay.yml, and of the packages themselves, to what they hold; each once. */
import { join } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { compareText, type Listing } from '../files/list-files.ts'
import { listContent } from '../list-content.ts'
import type { Package } from '../project.ts'
import type { ProjectCache } from '../project-cache.ts'
import { readPropertyFiles } from '../properties/read-property-files.ts'
import { mergePackageVars } from '../settings/parse-vars.ts'
import type { PackageSettings } from '../settings/read-package-settings.ts'
import type { AssayVersions, PackageEntry } from '../settings/read-packages-key.ts'
import type { Settings } from '../settings/read-settings.ts'
import { readPackageFile } from '../settings/read-settings-file.ts'
import type { ScalarEnvironment } from '../yaml/render-values.ts'
import { findPackage, type FoundPackage } from './find-package.ts'
import { satisfiesRange } from './satisfies-range.ts'

export interface PackagesInput {
  readonly root: string
  readonly settings: Settings
  /** Of the project's own YAML. */
  readonly environment: ScalarEnvironment
  readonly listing: Listing
  readonly assayVersion?: string | undefined
  readonly cache?: ProjectCache | undefined
}

/** Faults are pushed to those of the listing. */
export async function readPackages(input: PackagesInput): Promise<readonly Package[]> {
  const { settings, root } = input
  checkAssayVersion(input, settings.name, settings.assayVersions)
  const reading: Reading = {
    ...input,
    known: new Map(),
    names: new Map([[settings.name, undefined]]),
  }
  await readEntries(reading, settings.packages, { folder: root, above: [] })
  const packages = [...reading.known.values()].filter((each) => each !== undefined)
  return packages.toSorted((a, b) => compareText(a.name, b.name))
}

interface Reading extends PackagesInput {
  /** By real folder; undefined: at fault, or being read. */
  readonly known: Map<string, Package | undefined>
  /** The entry that brought each name in; undefined: the project itself. */
  readonly names: Map<string, PackageEntry | undefined>
}

interface From {
  /** Absolute folder of the assay.yml that names the entries. */
  readonly folder: string
  /** The packages that led here, outermost first. */
  readonly above: readonly { readonly name: string; readonly realFolder: string }[]
}

/** Gives the names of the packages. */
async function readEntries(
  reading: Reading,
  entries: readonly PackageEntry[],
  from: From,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const entry of entries) {
    const name = await readEntry(reading, entry, from)
    if (name !== undefined) names.push(name)
  }
  return names
}

async function readEntry(
  reading: Reading,
  entry: PackageEntry,
  from: From,
): Promise<string | undefined> {
  const { faults } = reading.listing
  const unreadable = entryFault(entry)
  const found = findPackage(reading.root, from.folder, entry)
  if (unreadable !== undefined || !found.ok) {
    faults.push(...(unreadable === undefined ? (found.ok ? [] : found.diagnostics) : [unreadable]))
    return undefined
  }
  const { realFolder } = found.value
  const circle = from.above.findIndex((each) => each.realFolder === realFolder)
  if (circle >= 0) {
    const names = from.above.slice(circle).map(({ name }) => name)
    const path = [...names, names[0] ?? ''].join(' -> ')
    faults.push(invalid(entry, `expected no package to need itself, found ${path}`))
    return undefined
  }
  if (reading.known.has(realFolder)) return reading.known.get(realFolder)?.name
  reading.known.set(realFolder, undefined)
  const read = await readPackage(reading, found.value, { entry, from })
  reading.known.set(realFolder, read)
  return read?.name
}

async function readPackage(
  reading: Reading,
  found: FoundPackage,
  { entry, from }: { readonly entry: PackageEntry; readonly from: From },
): Promise<Package | undefined> {
  const { root, environment, listing, cache } = reading
  const { folder, realFolder } = found
  const file = await readPackageFile({ root, folder, environment })
  if (!file.ok) {
    listing.faults.push(...file.diagnostics)
    return undefined
  }
  const settings = file.value
  const { name, version } = settings
  checkVersion(reading, entry, { name, version: found.npmVersion ?? version })
  checkAssayVersion(reading, name, settings.assayVersions)
  if (!claim(reading, entry, name)) return undefined
  const above = [...from.above, { name, realFolder }]
  const requires = await readEntries(reading, settings.packages, {
    folder: join(root, folder),
    above,
  })
  const vars = varsOf(reading, settings)
  const { sources, propertyPaths } = listContent(settings.paths, folder, listing)
  const properties = await readPropertyFiles({
    root,
    paths: propertyPaths,
    environment: { ...environment, projectName: name, vars },
    cache,
  })
  if (!properties.ok) listing.faults.push(...properties.diagnostics)
  const { configTrees, notApplied, isRestricted, runHooks } = settings
  return {
    name,
    version,
    vars,
    configTrees,
    runHooks,
    notApplied,
    isRestricted,
    folder,
    requires,
    ...sources,
    properties: properties.ok ? properties.value : [],
  }
}

function varsOf({ settings: project }: Reading, own: PackageSettings): Package['vars'] {
  return mergePackageVars(own.name, {
    own: own.writtenVars,
    project: project.writtenVars,
    flags: project.flagVars,
  })
}

/** False: another package, or the project, has that name. */
function claim({ names, listing }: Reading, entry: PackageEntry, name: string): boolean {
  if (!names.has(name)) {
    names.set(name, entry)
    return true
  }
  const first = names.get(name)
  const who = first === undefined ? 'the project itself' : `the package "${first.place}"`
  const message = `expected a package with a name of its own, found "${name}", which is the name of ${who}`
  const related =
    first === undefined ? [] : [{ message: 'the other package is named here', span: first.span }]
  listing.faults.push({ ...invalid(entry, message), related })
  return false
}

function checkVersion(
  { listing }: Reading,
  entry: PackageEntry,
  found: { readonly name: string; readonly version: string },
): void {
  for (const range of entry.versions) {
    const isInside = satisfiesRange(found.version, range)
    if (isInside === true) continue
    const what = found.version === '' ? 'no version' : `version ${found.version}`
    const message =
      isInside === undefined && found.version !== ''
        ? `expected a range of versions like ">=1.2 <2" or "^1.2", found "${range}"`
        : `expected version ${range} of the package "${found.name}", found ${what}`
    const hint = entry.kind === 'npm' ? `npm install '${entry.place}@${range}'` : undefined
    listing.faults.push(invalid(entry, message, hint))
  }
}

function checkAssayVersion(
  { assayVersion, listing }: PackagesInput,
  name: string,
  wanted: AssayVersions | undefined,
): void {
  if (wanted === undefined || assayVersion === undefined) return
  for (const range of wanted.ranges) {
    const isInside = satisfiesRange(assayVersion, range)
    if (isInside === true) continue
    listing.faults.push(
      errorDiagnostic({
        code: isInside === undefined ? 'invalid-value' : 'wrong-assay-version',
        message:
          isInside === undefined
            ? `expected a range of versions like ">=0.1 <2", found "${range}"`
            : `expected assay ${range} for "${name}", found assay ${assayVersion}`,
        span: wanted.span,
      }),
    )
  }
}

/** What the schema cannot say. */
function entryFault(entry: PackageEntry): Diagnostic | undefined {
  if (entry.place !== '') return undefined
  return errorDiagnostic({
    code: 'missing-key',
    message: 'expected "package" or "local", found neither',
    span: entry.span,
  })
}

function invalid(entry: PackageEntry, message: string, hint?: string): Diagnostic {
  return errorDiagnostic({ code: 'invalid-package', message, span: entry.span, hint })
}
