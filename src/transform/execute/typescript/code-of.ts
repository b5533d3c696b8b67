/** The compiled file of a model in TypeScript. */
import type { ModelNode } from '../../../core/node.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { CompiledModule, ModelFacts } from '../../../project/typescript/module.ts'

export function codeOf(
  { project }: Manifest,
  { code, uniqueId }: ModelNode,
): { readonly module: CompiledModule; readonly facts: ModelFacts } {
  const module = code.kind === 'typescript' ? project.modules.get(code.path) : undefined
  if (module?.facts.model === undefined) throw new Error(`${uniqueId} has no generator`)
  return { module, facts: module.facts.model }
}
