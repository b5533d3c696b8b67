/** The name of a macro or test that is not there to what was meant: one that is near, one of a package, or a package to add. */
import { nearestName } from '../../core/diagnostic.ts'
import type { MacroLibrary } from './template.ts'

export interface KnownNames {
  /** Those of packages with the package before them: `crm.margin`. */
  readonly names: readonly string[]
  /** Left out of a library: there are none. */
  readonly packages: MacroLibrary['views']
  /** For a name of a package that is not installed: the built-in one that does its work. */
  readonly equivalentOf?: (name: string) => string | undefined
}

/** What they hold ships with the framework, so no package is needed. */
export const shippedNamespaces: ReadonlySet<string> = new Set(['dbt', 'dbt_utils'])

/** undefined: nothing is near. */
export function nameHint(known: KnownNames, written: string): string | undefined {
  const dot = written.indexOf('.')
  if (dot < 0) return plainHint(known, written)
  const [namespace, name] = [written.slice(0, dot), written.slice(dot + 1)]
  const plain = known.names.filter((each) => !each.includes('.'))
  if (shippedNamespaces.has(namespace)) {
    const near = nearestName(name, plain)
    return near === undefined ? undefined : `did you mean "${namespace}.${near}"?`
  }
  const members = known.names.filter((each) => each.startsWith(`${namespace}.`))
  if (members.length > 0 || known.packages?.has(namespace) === true) {
    const near = nearestName(written, members)
    return near === undefined
      ? `the package "${namespace}" has none of this name`
      : `did you mean "${near}"?`
  }
  return absentPackageHint(known, { namespace, name, plain })
}

function plainHint({ names }: KnownNames, written: string): string | undefined {
  const ofPackages = names.filter((each) => each.includes('.'))
  const tailOf = (each: string) => each.slice(each.indexOf('.') + 1)
  const same = ofPackages.filter((each) => tailOf(each) === written)
  if (same.length > 0) return didYouMean(same)
  const plain = nearestName(
    written,
    names.filter((each) => !each.includes('.')),
  )
  if (plain !== undefined) return didYouMean([plain])
  const tail = nearestName(written, ofPackages.map(tailOf))
  if (tail === undefined) return undefined
  return didYouMean(ofPackages.filter((each) => tailOf(each) === tail))
}

function didYouMean(names: readonly string[]): string {
  return `did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`
}

function absentPackageHint(
  { equivalentOf }: KnownNames,
  {
    namespace,
    name,
    plain,
  }: { readonly namespace: string; readonly name: string; readonly plain: readonly string[] },
): string {
  const add = `no package "${namespace}" is installed: name it under "packages" in assay.yml`
  const builtIn = equivalentOf?.(name) ?? nearestName(name, plain)
  return builtIn === undefined ? add : `${add}, or write "${builtIn}", which needs no package`
}
