/** The syntax tree of compiled code: names that it imports and exports, and what stands for a name. */
import type { AnyNode, CallExpression, Expression, Program } from 'acorn'
import type { Places } from '../places.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'

export interface Syntax {
  readonly program: Program
  /** By name: what is exported under it. */
  readonly exports: ReadonlyMap<string, string>
  /** By the name it has here: what is imported from the framework. */
  readonly imported: ReadonlyMap<string, string>
  /** Names that get one value and keep it. */
  readonly constants: ReadonlyMap<string, AnyNode>
  /** As seen from inside a function, where a name of the top level may mean something else. */
  readonly inside: Pick<Syntax, 'constants'>
  readonly text: string
  /** undefined: nobody wrote it. */
  spanOf(node: AnyNode): SourceSpan | undefined
}

export async function readSyntax(
  text: string,
  { places, framework }: { readonly places: Places; readonly framework: string },
): Promise<Syntax> {
  const { parse } = await import('acorn')
  const program = parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true })
  const exports = new Map<string, string>()
  const imported = new Map<string, string>()
  const constants = new Map<string, AnyNode>()
  const unique = new Map<string, AnyNode>()
  for (const statement of program.body) {
    if (statement.type === 'ExportNamedDeclaration') {
      for (const { local, exported } of statement.specifiers) {
        exports.set(nameOf(exported), nameOf(local))
      }
    }
    if (statement.type === 'ImportDeclaration' && statement.source.value === framework) {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier') continue
        imported.set(specifier.local.name, nameOf(specifier.imported))
      }
    }
    if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) {
        if (id.type === 'Identifier' && init != null) constants.set(id.name, init)
      }
    }
    if (statement.type === 'FunctionDeclaration') constants.set(statement.id.name, statement)
  }
  for (const [name, values] of declaredIn(program)) {
    const [only] = values
    // Two of one name: which one is meant would take more than a look.
    if (values.length === 1 && only !== undefined) unique.set(name, only)
  }
  for (const node of descendants(program)) {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : undefined
    if (target?.type !== 'Identifier') continue
    constants.delete(target.name)
    unique.delete(target.name)
  }
  return {
    program,
    exports,
    imported,
    constants,
    inside: { constants: unique },
    text,
    spanOf: (node) => {
      const { loc } = node
      if (loc == null) return undefined
      const isShort = node.type === 'Identifier' || node.type === 'Literal'
      return places.spanAt(
        loc.start.line - 1,
        loc.start.column,
        isShort ? node.end - node.start : 1,
      )
    },
  }
}

function nameOf(node: {
  readonly type: string
  readonly name?: string
  readonly value?: unknown
}): string {
  return node.name ?? String(node.value)
}

/** By name: what each declaration of it is given, in whatever function it stands; undefined: nothing that is known. */
function declaredIn(program: Program): ReadonlyMap<string, readonly (AnyNode | undefined)[]> {
  const declared = new Map<string, readonly (AnyNode | undefined)[]>()
  const add = (name: string, value: AnyNode | undefined) => {
    declared.set(name, [...(declared.get(name) ?? []), value])
  }
  for (const node of descendants(program)) {
    if (node.type === 'VariableDeclarator') {
      if (node.id.type === 'Identifier') add(node.id.name, node.init ?? undefined)
      else for (const name of namesIn(node.id)) add(name, undefined)
    }
    if (node.type === 'FunctionDeclaration' && node.id !== null) add(node.id.name, node)
    if ('params' in node) {
      for (const name of node.params.flatMap(namesIn)) add(name, undefined)
    }
  }
  return declared
}

function namesIn(pattern: AnyNode): readonly string[] {
  if (pattern.type === 'Identifier') return [pattern.name]
  if (pattern.type === 'Property') return namesIn(pattern.value)
  if (pattern.type === 'AssignmentPattern') return namesIn(pattern.left)
  return childrenOf(pattern).flatMap(namesIn)
}

/** The node and all below it, in the order they are written. */
export function* descendants(node: AnyNode): Generator<AnyNode> {
  yield node
  for (const child of childrenOf(node)) yield* descendants(child)
}

export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const values: readonly unknown[] = Object.values(node)
  return values.flat().filter(isNode)
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** What a name of the top level stands for, through others; the node itself where it is no name. */
export function resolved(syntax: Syntax, node: AnyNode): AnyNode {
  const seen = new Set<string>()
  let current = node
  while (current.type === 'Identifier' && !seen.has(current.name)) {
    seen.add(current.name)
    const next = syntax.constants.get(current.name)
    if (next === undefined) return current
    current = next
  }
  return current
}

/** A call of one of the framework's functions. */
export function frameworkCall(
  syntax: Syntax,
  node: AnyNode,
): { readonly name: string; readonly call: CallExpression } | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined
  const name = syntax.imported.get(node.callee.name)
  return name === undefined ? undefined : { name, call: node }
}

/** undefined: it is left out, or spread. */
export function argumentOf(call: CallExpression, index: number): Expression | undefined {
  const argument = call.arguments[index]
  return argument === undefined || argument.type === 'SpreadElement' ? undefined : argument
}
