/** What the function of a model reads: the calls of its context, in the functions too that the context is handed on to. */
import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
} from 'acorn'
import { childrenOf, resolved, type Syntax } from './syntax.ts'

/** A call of `context.ref` and its like, or `context.now`. */
export interface ContextUse {
  readonly member: string
  readonly node: AnyNode
  /** undefined: it is not called. */
  readonly call: CallExpression | undefined
}

type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression

export function findUses(syntax: Syntax, run: FunctionNode): readonly ContextUse[] {
  const uses: ContextUse[] = []
  walkFunction({ syntax, uses, seen: new Set() }, run, 0)
  return uses
}

interface Search {
  readonly syntax: Syntax
  readonly uses: ContextUse[]
  /** Functions by start and parameter: one that calls itself is looked at once. */
  readonly seen: Set<string>
}

/** Names of the context, and of what was taken out of it. */
interface Names {
  readonly contexts: ReadonlySet<string>
  readonly members: ReadonlyMap<string, string>
}

function walkFunction(search: Search, run: FunctionNode, parameter: number): void {
  const key = `${run.start}:${parameter}`
  if (search.seen.has(key)) return
  search.seen.add(key)
  const pattern = run.params[parameter]
  if (pattern === undefined) return
  const names = namesOf(pattern.type === 'AssignmentPattern' ? pattern.left : pattern)
  if (names !== undefined) walk(search, run.body, withLocal(run.body, names))
}

function namesOf(pattern: Pattern): Names | undefined {
  if (pattern.type === 'Identifier') {
    return { contexts: new Set([pattern.name]), members: new Map() }
  }
  if (pattern.type !== 'ObjectPattern') return undefined
  return { contexts: new Set(), members: new Map(takenOut(pattern)) }
}

function takenOut(
  pattern: Extract<Pattern, { readonly type: 'ObjectPattern' }>,
): readonly (readonly [string, string])[] {
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') return []
    const local = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
    return local.type === 'Identifier' ? [[local.name, property.key.name] as const] : []
  })
}

/** `const { ref } = context` and `const c = context` inside. */
function withLocal(body: AnyNode, { contexts, members }: Names): Names {
  const [allContexts, allMembers] = [new Set(contexts), new Map(members)]
  const visit = (node: AnyNode): void => {
    const isOfContext =
      node.type === 'VariableDeclarator' &&
      node.init?.type === 'Identifier' &&
      allContexts.has(node.init.name)
    if (isOfContext && node.id.type === 'Identifier') allContexts.add(node.id.name)
    if (isOfContext && node.id.type === 'ObjectPattern') {
      for (const [local, member] of takenOut(node.id)) allMembers.set(local, member)
    }
    for (const child of childrenOf(node)) visit(child)
  }
  visit(body)
  return { contexts: allContexts, members: allMembers }
}

function walk(search: Search, node: AnyNode, names: Names): void {
  if (node.type === 'CallExpression') {
    const member = memberOf(node.callee, names)
    if (member !== undefined) {
      search.uses.push({ member, node, call: node })
      for (const argument of node.arguments) walk(search, argument, names)
      return
    }
    followContext(search, node, names)
  }
  const member = memberOf(node, names)
  if (member !== undefined) search.uses.push({ member, node, call: undefined })
  for (const child of childrenOf(node)) walk(search, child, names)
}

function memberOf(node: AnyNode, names: Names): string | undefined {
  if (node.type === 'Identifier') return names.members.get(node.name)
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined
  if (!names.contexts.has(node.object.name)) return undefined
  if (node.property.type === 'Identifier' && !node.computed) return node.property.name
  return node.property.type === 'Literal' ? String(node.property.value) : undefined
}

/** `readAds(context)`: what that function reads is read by the model. */
function followContext(search: Search, call: CallExpression, names: Names): void {
  const callee = resolved(search.syntax, call.callee)
  if (!isFunction(callee)) return
  for (const [index, argument] of call.arguments.entries()) {
    const isContext = argument.type === 'Identifier' && names.contexts.has(argument.name)
    if (isContext) walkFunction(search, callee, index)
  }
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(
    node.type,
  )
}
