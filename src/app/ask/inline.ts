/** A query from the command line to a node that can be compiled, its references checked like a file's. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { AnalysisNode, Node } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { type Manifest, packagedKey, sourceKey } from '../../project/parse/manifest.ts'
import { type KnownNames, resolveReferences } from '../../project/parse/resolve-references.ts'
import { templateFacts } from '../../project/parse/template-facts.ts'

/** The name diagnostics give it in place of a file. */
export const inlineName = 'inline'

export function parseInline(manifest: Manifest, text: string): Result<AnalysisNode> {
  const faults: Diagnostic[] = []
  const file = { path: inlineName, pathInKind: inlineName, text, checksum: '' }
  const facts = templateFacts(file, manifest.environment, undefined, faults)
  const names = knownNames(manifest)
  const reader = manifest.projectName
  const dependsOn = resolveReferences(facts?.references ?? [], reader, { names, faults })
  if (faults.length > 0) return failure(faults)
  return success({
    resourceType: 'analysis',
    uniqueId: 'analysis.inline',
    name: inlineName,
    packageName: manifest.project.name,
    path: inlineName,
    fqn: ['inline'],
    description: '',
    tags: [],
    meta: {},
    config: {},
    dependsOn,
    checksum: '',
    span: { path: inlineName, line: 1, column: 1, length: 1 },
    code: { kind: 'file', path: inlineName, text },
  })
}

export function knownNames(manifest: Manifest): KnownNames {
  return {
    projectName: manifest.projectName,
    refs: manifest.refs,
    sources: manifest.sources,
    disabled: new Map(
      manifest.disabled.flatMap((node) => {
        const name = nameOf(node)
        return [name, packagedKey(node.packageName, name)].map((key) => [key, node.path] as const)
      }),
    ),
    paths: new Map([...manifest.nodes.values()].map((node) => [node.uniqueId, node.path])),
  }
}

/** As a reference calls it. */
function nameOf(node: Node): string {
  return node.resourceType === 'source' ? sourceKey(node.sourceName, node.name) : node.name
}
