/** Whether a node is what one criterion names, before graph operators. */
import { isJsonArray, isJsonObject, type Json } from '../../core/json.ts'
import type { ModelNode, Node } from '../../core/node.ts'
import { unitTestName } from '../../core/node/unit-test.ts'
import { never } from '../../core/never.ts'
import { globMatch, hasGlob, pathMatch } from './glob.ts'
import type { Method } from './methods.ts'
import type { Criterion } from './parse-selector.ts'

const aboutOthers = ['state', 'result', 'source_status', 'selector'] as const
type OtherMethod = (typeof aboutOthers)[number]

/** What is answered by the node alone. */
type NodeMethod = Exclude<Method, OtherMethod>

/** It needs a state, or the selectors of the project. */
export function isAboutOthers(method: Method): method is OtherMethod {
  return aboutOthers.some((other) => other === method)
}

export function matchCriterion(
  node: Node,
  { method, argument, value }: Pick<Criterion, 'argument' | 'value'> & { method: NodeMethod },
): boolean {
  switch (method) {
    case 'fqn':
      return matchesFqn(node, value)
    case 'tag':
      return node.tags.some((tag) => globMatch(tag, value))
    case 'path':
      return [node.path, node.patchPath].some(
        (path) => path !== undefined && pathMatch(path, value),
      )
    case 'file':
      return matchesFile(node.path, value)
    case 'config':
      return matchesConfig(node.config, argument.split('.'), value)
    case 'source':
      return matchesSource(node, value)
    case 'resource_type':
      return node.resourceType === value
    case 'package':
      return globMatch(node.packageName, value) || value === 'this'
    case 'test_name':
      return (
        node.resourceType === 'test' &&
        node.variant.kind === 'generic' &&
        globMatch(node.variant.testName, value)
      )
    case 'test_type':
      return matchesTestType(node, value)
    case 'unit_test':
      return matchesUnitTest(node, value)
    case 'exposure':
    case 'metric':
    case 'semantic_model':
    case 'saved_query':
      return kindOf(node) === method && matchesName(node, value)
    case 'group':
      return node.group !== undefined && globMatch(node.group, value)
    case 'access':
      return node.resourceType === 'model' && node.access === value
    case 'version':
      return node.resourceType === 'model' && stageOf(node) === value
    default:
      return never(method)
  }
}

/** The first word of the unique id: kinds that are no data of ours yet match nothing. */
function kindOf(node: Node): string {
  return node.uniqueId.slice(0, node.uniqueId.indexOf('.'))
}

/** They have methods of their own. */
const notByFqn: ReadonlySet<string> = new Set(['source', 'exposure', 'metric', 'saved_query'])

/**
 * The leaf name, or a dotted path from the package or from the first folder, as far as it is written. From the first part
 * with a wildcard on, the pattern is one over the rest of the path.
 */
function matchesFqn(node: Node, value: string): boolean {
  if (notByFqn.has(kindOf(node))) return false
  if (globMatch(node.name, value) || matchesVersion(node, value)) return true
  return [node.fqn, node.fqn.slice(1)].some((fqn) => followsPath(fqn, value.split('.')))
}

/** `none` of a model without versions; a pointer to the latest version is none of them. */
function stageOf(node: ModelNode): string | undefined {
  if (node.pointsTo !== undefined) return undefined
  return node.version?.stage ?? 'none'
}

/** `orders` is all its versions and the pointer to the latest; `orders.v2` and `orders_v2` are one. */
function matchesVersion(node: Node, value: string): boolean {
  if (node.resourceType !== 'model') return false
  if (node.version === undefined && node.pointsTo === undefined) return false
  const [modelName = '', version = ''] = node.fqn.slice(-2)
  return globMatch(modelName, value) || globMatch(`${modelName}_${version}`, value)
}

function followsPath(fqn: readonly string[], parts: readonly string[]): boolean {
  const flat = fqn.flatMap((segment) => segment.split('.'))
  if (parts.length > flat.length) return false
  const wild = parts.findIndex(hasGlob)
  const plain = wild < 0 ? parts : parts.slice(0, wild)
  if (!plain.every((part, index) => flat[index] === part)) return false
  return wild < 0 || globMatch(flat.slice(wild).join('.'), parts.slice(wild).join('.'))
}

function matchesFile(path: string, value: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1)
  return globMatch(file, value) || globMatch(file.replace(/\.[^.]+$/, ''), value)
}

/** `name`, or with the package before it. */
function matchesName(node: Node, value: string): boolean {
  return globMatch(node.name, value) || globMatch(`${node.packageName}.${node.name}`, value)
}

function matchesTestType(node: Node, value: string): boolean {
  if (node.resourceType === 'unit_test') return value === 'unit'
  return node.resourceType === 'test' && (value === 'data' || node.variant.kind === value)
}

/** `raw`, `raw.events`, or with the package before them. */
function matchesSource(node: Node, value: string): boolean {
  if (node.resourceType !== 'source') return false
  const parts = value.split('.')
  const names = [node.packageName, node.sourceName, node.name]
  return [names, names.slice(1)].some(
    (candidate) =>
      parts.length <= candidate.length &&
      parts.every((part, index) => globMatch(candidate[index] ?? '', part)),
  )
}

/** The name, `model::name`, or the name with the package before it; as it is written, one of every version is meant. */
function matchesUnitTest(node: Node, value: string): boolean {
  if (node.resourceType !== 'unit_test') return false
  const { modelName, packageName } = node
  return [node.name, node.writtenName].some((name) =>
    [name, unitTestName({ modelName, name }), `${packageName}.${name}`].some((full) =>
      globMatch(full, value),
    ),
  )
}

function matchesConfig(config: Json, keys: readonly string[], value: string): boolean {
  const [key, ...rest] = keys
  if (key !== undefined) {
    const found = isJsonObject(config) ? config[key] : undefined
    return found !== undefined && matchesConfig(found, rest, value)
  }
  if (isJsonArray(config)) return config.some((item) => matchesConfig(item, [], value))
  if (isJsonObject(config)) return Object.hasOwn(config, value)
  return globMatch(String(config).toLowerCase(), value.toLowerCase())
}
