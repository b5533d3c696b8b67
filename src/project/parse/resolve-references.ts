/** References to unique ids; a ref to nothing, or to a disabled node, is a fault with the nearest name. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { compareVersions } from '../read/properties/read-versions.ts'
import type { Reference } from '../template/template.ts'
import { type NodeNames, packagedKey, referencedId, referenceKey } from './manifest.ts'

export interface KnownNames extends NodeNames {
  /** Names (by `refKey` or `sourceKey`, with and without their package) of disabled nodes, with the file they lie in. */
  readonly disabled: ReadonlyMap<string, string>
  /** The file each enabled node lies in. */
  readonly paths: ReadonlyMap<UniqueId, string>
}

/** The nodes that a node of the package `reader` refers to, each once, in order of first mention. */
export function resolveReferences(
  references: readonly Reference[],
  reader: string,
  { names, faults }: { readonly names: KnownNames; readonly faults: Diagnostic[] },
): readonly UniqueId[] {
  const ids = new Set<UniqueId>()
  const reported = new Set<string>()
  for (const reference of references) {
    const id = referencedId(names, reference, reader)
    if (id !== undefined) {
      ids.add(id)
      continue
    }
    const { path, line, column } = reference.span
    const place = `${path}:${line}:${column}:${nameOf(reference)}`
    if (!reported.has(place)) faults.push(unresolved(reference, names))
    reported.add(place)
  }
  return [...ids]
}

/** As it is looked up, in its package if it names one. */
function nameOf(reference: Reference): string {
  const key = referenceKey(reference)
  if (reference.kind === 'source' || reference.packageName === undefined) return key
  return packagedKey(reference.packageName, key)
}

function unresolved(reference: Reference, names: KnownNames): Diagnostic {
  const name = nameOf(reference)
  const disabledPath = names.disabled.get(name)
  if (disabledPath !== undefined) {
    return errorDiagnostic({
      code: 'disabled-ref',
      message: `expected an enabled node, found "${name}", which is disabled`,
      span: reference.span,
      hint: `enable it (${disabledPath}), or remove the reference`,
    })
  }
  return errorDiagnostic({
    code: 'unresolved-ref',
    span: reference.span,
    ...(reference.kind === 'ref' ? noNode(reference, names) : noSource(reference, names)),
  })
}

interface Words {
  readonly message: string
  readonly hint: string | undefined
}

type RefReference = Reference & { readonly kind: 'ref' }

function noNode(reference: RefReference, names: KnownNames): Words {
  const { name, packageName, version } = reference
  const unversioned = packageName === undefined ? name : packagedKey(packageName, name)
  if (version !== undefined && names.refs.has(unversioned)) {
    return noVersion(names, {
      name,
      unversioned,
      version,
      ...(reference.askedBy === undefined ? {} : { askedBy: reference.askedBy }),
    })
  }
  const packages = packagesOf(names)
  if (packageName !== undefined && !packages.has(packageName)) {
    const nearest = nearestName(packageName, packages)
    return {
      message: `expected the name of a package, found "${packageName}"`,
      hint:
        nearest === undefined
          ? 'packages are listed under "packages:" of assay.yml'
          : `did you mean "${nearest}"?`,
    }
  }
  const inPackage = packageName === undefined ? '' : ` of the package "${packageName}"`
  const candidates = [...names.refs.keys()].filter((key) => !key.includes('/'))
  const own = packageName === undefined ? candidates : namesIn(names, packageName)
  const idOf = (near: string) =>
    names.refs.get(packageName === undefined ? near : packagedKey(packageName, near))
  return {
    message: `expected the name of a model, seed or snapshot${inPackage}, found "${name}"`,
    hint: nearHint(names, { name, candidates: own, idOf }) ?? sourceHint(reference, names),
  }
}

function noVersion(
  names: KnownNames,
  wanted: Pick<RefReference, 'name' | 'askedBy'> & {
    readonly unversioned: string
    readonly version: string
  },
): Words {
  const { name, unversioned, version, askedBy } = wanted
  const versions = [...names.refs.keys()]
    .filter((key) => key.startsWith(`${unversioned} v`))
    .map((key) => key.slice(unversioned.length + 2))
  if (versions.length === 0) {
    return {
      message: `expected a model with versions, found "${name}", which has none`,
      hint: `leave version out: ${askedBy === undefined ? `{{ref "${name}"}}` : `${askedBy}("${name}")`}, or declare "versions:" where "${name}" is described`,
    }
  }
  const known = versions.toSorted(compareVersions).map((each) => `"${each}"`)
  return {
    message: `expected ${known.length === 1 ? 'the version' : 'one of the versions'} ${known.join(', ')} of "${name}", found "${version}"`,
    hint: undefined,
  }
}

function noSource(reference: Reference & { readonly kind: 'source' }, names: KnownNames): Words {
  const name = referenceKey(reference)
  const candidates = [...names.sources.keys()].filter((key) => !key.includes('/'))
  return {
    message: `expected a table declared under "sources:", found "${name}"`,
    hint:
      nearHint(names, { name, candidates, idOf: (near) => names.sources.get(near) }) ??
      `declare it in sources.yml: "- name: ${reference.sourceName}" with a table "${reference.tableName}"`,
  }
}

function nearHint(
  { paths }: KnownNames,
  search: {
    readonly name: string
    readonly candidates: readonly string[]
    readonly idOf: (near: string) => UniqueId | undefined
  },
): string | undefined {
  const near = nearestName(search.name, search.candidates)
  const id = near === undefined ? undefined : search.idOf(near)
  if (near === undefined || id === undefined) return undefined
  return `did you mean "${near}" (${paths.get(id) ?? ''})?`
}

function sourceHint({ name, askedBy }: RefReference, names: KnownNames): string | undefined {
  const source = [...names.sources.keys()].find(
    (key) => key.endsWith(`.${name}`) && !key.includes('/'),
  )
  if (source === undefined) return undefined
  const [sourceName, tableName] = source.split('.')
  if (askedBy !== undefined) {
    const call = askedBy === 'ref' ? 'source' : askedBy
    const key = call === 'touchedKeys' ? ', [..]' : ''
    return `it is a source: ${call}("${sourceName ?? ''}", "${tableName ?? ''}"${key})`
  }
  return `it is a source: {{source "${sourceName ?? ''}" "${tableName ?? ''}"}}`
}

function packagesOf(names: KnownNames): ReadonlySet<string> {
  const keys = [...names.refs.keys(), ...names.sources.keys(), ...names.disabled.keys()]
  const packages = keys.flatMap((key) =>
    key.includes('/') ? [key.slice(0, key.indexOf('/'))] : [],
  )
  return new Set([names.projectName, ...packages])
}

function namesIn(names: KnownNames, packageName: string): readonly string[] {
  const start = packagedKey(packageName, '')
  return [...names.refs.keys()]
    .filter((key) => key.startsWith(start))
    .map((key) => key.slice(start.length))
}
