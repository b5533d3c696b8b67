/** A config tree of assay.yml to the layers that apply to one node, and to the paths that apply to none. */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../core/diagnostic.ts'
import type { ConfigEntry, ConfigTree, ConfigTreeName } from './config-entry.ts'

type Layer = Readonly<Record<string, ConfigEntry>>

/** Low to high: the tree's own configs, the project's name, then one folder after the other down to the file's stem. */
export function configLayers(
  tree: ConfigTree,
  fqn: readonly string[],
  projectName: string,
): readonly Layer[] {
  return treesAlong(tree, fqn, projectName).map((applied) => applied.configs)
}

/**
 * Of the two ways to a folder, `models: {silver: ..}` and `models: {growth: {silver: ..}}`, the one that names the
 * project is the higher layer.
 */
function treesAlong(
  tree: ConfigTree,
  fqn: readonly string[],
  projectName: string,
): readonly ConfigTree[] {
  const applied = new Set([tree])
  const isOwn = fqn[0] === projectName
  let direct: ConfigTree | undefined = isOwn ? tree : undefined
  let named = childOf(tree, fqn[0])
  if (named !== undefined) applied.add(named)
  for (const name of fqn.slice(1)) {
    direct = childOf(direct, name)
    named = childOf(named, name)
    if (direct !== undefined) applied.add(direct)
    if (named !== undefined) applied.add(named)
  }
  return [...applied]
}

function childOf(tree: ConfigTree | undefined, name: string | undefined): ConfigTree | undefined {
  if (tree === undefined || name === undefined || !Object.hasOwn(tree.children, name))
    return undefined
  return tree.children[name]
}

export interface UnusedConfigsInput {
  readonly tree: ConfigTree
  readonly treeName: ConfigTreeName
  /** The fqn of every node of this kind, disabled ones too. */
  readonly fqns: readonly (readonly string[])[]
  readonly projectName: string
}

/** A warning for each path of the tree that applies to no node; what lies below such a path is not named again. */
export function unusedConfigs(input: UnusedConfigsInput): readonly Diagnostic[] {
  const { tree, fqns, projectName } = input
  const used = new Set(fqns.flatMap((fqn) => treesAlong(tree, fqn, projectName)))
  return unusedBelow(tree, { ...input, used, path: [] })
}

interface Search extends UnusedConfigsInput {
  readonly used: ReadonlySet<ConfigTree>
  /** Names from the top of the tree. */
  readonly path: readonly string[]
}

function unusedBelow(tree: ConfigTree, search: Search): readonly Diagnostic[] {
  return Object.entries(tree.children).flatMap(([name, child]) => {
    const path = [...search.path, name]
    if (search.used.has(child)) return unusedBelow(child, { ...search, path })
    const near = nearestName(name, namesBelow(search))
    return [
      warningDiagnostic({
        code: 'unused-config',
        message: `expected a folder or file that exists, found "${[search.treeName, ...path].join('.')}", which configures nothing`,
        span: child.span,
        hint: near === undefined ? undefined : `did you mean "${near}"?`,
      }),
    ]
  })
}

/** What could stand in the tree at this path: folders and files of the nodes that lie below it. */
function namesBelow({ path, fqns, projectName }: Search): ReadonlySet<string> {
  const folders = path[0] === projectName ? path.slice(1) : path
  const below = fqns.filter((fqn) => folders.every((folder, index) => fqn[index + 1] === folder))
  const names = new Set(below.flatMap((fqn) => fqn[folders.length + 1] ?? []))
  return path.length === 0 ? names.add(projectName) : names
}
