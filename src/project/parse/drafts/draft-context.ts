/** What drafting the nodes of a project or package is told, and the configs that lie around what it says itself. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Relation } from '../../../core/relation.ts'
import { configLayers } from '../../read/config-layers.ts'
import type { ConfigTreeName } from '../../read/config-entry.ts'
import type { Project } from '../../read/project.ts'
import type { MacroLibrary, TemplateFacts } from '../../template/template.ts'
import { nodeRelation } from '../relation-names.ts'
import { type ConfigEntries, textOf } from '../resolve-config.ts'

export interface DraftContext {
  /** Of a package: the package in its place. */
  readonly project: Project
  /** What the project says of the nodes of a package: it has the last word. undefined: the nodes are its own. */
  readonly outer: OuterConfigs | undefined
  /** Of a package, before the paths of its files. */
  readonly folder: string
  readonly faults: Diagnostic[]
  readonly library: MacroLibrary
  /** Of calls of generic tests that are alike but for the tested node: see `testCallFacts`. */
  readonly testFacts: Map<string, TemplateFacts>
}

export interface OuterConfigs {
  readonly trees: Project['configTrees']
  readonly projectName: string
}

/** The layers of assay.yml that come before what is said beside the node, and those that come after it. */
export function layersAround(
  { project, outer }: Pick<DraftContext, 'project' | 'outer'>,
  treeName: ConfigTreeName,
  fqn: readonly string[],
): { readonly before: readonly ConfigEntries[]; readonly after: readonly ConfigEntries[] } {
  return {
    before: configLayers(project.configTrees[treeName], fqn, project.name),
    after: outer === undefined ? [] : configLayers(outer.trees[treeName], fqn, outer.projectName),
  }
}

/** The folders of a YAML file, below those of its kind. */
export function foldersOfProperties(
  { folder }: Pick<DraftContext, 'folder'>,
  path: string,
): readonly string[] {
  return path.slice(folder.length).split('/').slice(1, -1)
}

export function relationOf(
  { project }: DraftContext,
  config: ConfigEntries,
  name: string,
): Relation {
  const [schema, alias] = [textOf(config, 'schema'), textOf(config, 'alias')]
  return nodeRelation(project.target, { schema, alias }, name)
}
