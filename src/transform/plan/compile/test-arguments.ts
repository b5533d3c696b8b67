/** The arguments of a generic test as its template gets them: relations for refs, filtered where the test says so. */
import { configSpan } from '../../../core/node/config-places.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { TestNode } from '../../../core/node.ts'
import { argumentReference } from '../../../project/parse/tests/test-arguments.ts'
import type {
  RelationValue,
  RenderState,
  TemplateValue,
} from '../../../project/template/template.ts'
import type { CommonTable } from './common-tables.ts'
import type { CompileContext } from './compile-context.ts'
import type { Place } from './relation-text.ts'

export interface TestArguments {
  readonly state: RenderState
  readonly named: JsonObject
  readonly tables: CommonTable[]
  readonly place: Place
}

/** `model` is the tested relation, filtered by `where` if there is one; `ref('x')` arguments are relations. */
export function testArguments(
  context: CompileContext,
  node: TestNode,
  call: TestArguments,
): Readonly<Record<string, TemplateValue>> {
  const { variant } = node
  if (variant.kind !== 'generic') return call.named
  const values = Object.entries(call.named).map(([key, value]) => {
    const reference = argumentReference(key, value, node.span)
    return [key, reference === undefined ? value : call.state.resolve(reference)] as const
  })
  const tested = context.manifest.nodes.get(variant.attachedTo)
  if (tested === undefined || !('relation' in tested)) {
    throw new Error(`${node.uniqueId} tests nothing`)
  }
  const relation = call.place(tested)
  const model =
    variant.where === undefined
      ? relation
      : filtered(context, { node, relation, where: variant.where, tables: call.tables })
  return { ...Object.fromEntries(values), model }
}

/** The rows that `where` leaves, as a CTE: a name works with and without an alias behind it. */
function filtered(
  { dialect }: CompileContext,
  input: {
    readonly node: TestNode
    readonly relation: RelationValue
    readonly where: string
    readonly tables: CommonTable[]
  },
): RelationValue {
  const name = '__assay__filtered'
  const sql = `select *\nfrom ${input.relation.text}\nwhere ${input.where}`
  const of = { span: input.node.span, isLiteral: false, callers: [] }
  const says = `expected a condition on the rows that are tested as "where", found "${input.where}"`
  const map = [
    { ...of, start: 0 },
    {
      ...of,
      span: configSpan(input.node, 'where'),
      start: sql.length - input.where.length,
      says,
    },
  ]
  input.tables.push({ name, sql, map })
  return { kind: 'relation', text: dialect.quote(name), relation: input.relation.relation }
}
