/** The tested model as its unit test sees it: inputs and itself as temporary tables, overrides in force, its SQL compiled. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { ModelNode, UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { GivenInput, UnitTestNode } from '../../../core/node/unit-test.ts'
import { environmentOf, type Manifest } from '../../../project/parse/manifest.ts'
import type { CompileContext, Compiled } from '../compile/compile-context.ts'
import { tryCompile } from '../compile-node.ts'
import { overrideEnvironment } from './override-environment.ts'
import { inputText, type ReadNode, requiredInputs } from './required-inputs.ts'
import { ScratchNames } from './scratch.ts'

export interface UnitTestModel {
  /** Under the name of its temporary table. */
  readonly model: ModelNode
  /** undefined: its template asks the database, so it is known once the inputs are filled. */
  readonly compiled: Compiled | undefined
  readonly compileContext: CompileContext
  readonly inputs: readonly UnitTestInput[]
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  readonly names: ScratchNames
}

export interface UnitTestInput {
  readonly given: GivenInput
  /** Whose columns it has. */
  readonly node: ReadNode
  readonly relation: Relation
}

interface TestedContext extends Pick<CompileContext, 'invocationId' | 'runStartedAt'> {
  readonly manifest: Manifest
  readonly dialect: Dialect
}

export function unitTestModel(context: TestedContext, test: UnitTestNode): Result<UnitTestModel> {
  const { manifest, dialect } = context
  const tested = manifest.nodes.get(test.model)
  if (tested?.resourceType !== 'model') throw new Error(`${test.uniqueId} tests no model`)
  const missing = missingInputs(manifest, tested, test)
  if (missing.length > 0) return failure(missing)
  const names = new ScratchNames(dialect)
  const own = names.take(tested.relation.identifier)
  const model: ModelNode = { ...tested, relation: own, quarantine: undefined }
  const inputs = test.given.flatMap((given): readonly UnitTestInput[] => {
    if (given.input === 'this') return [{ given, node: tested, relation: own }]
    const node = manifest.nodes.get(given.input)
    if (node === undefined || !('relation' in node)) return []
    return [{ given, node, relation: names.take(node.relation.identifier) }]
  })
  const standIns = new Map(
    inputs.flatMap(({ given, relation }) =>
      given.input === 'this' ? [] : [[given.input, relation] as const],
    ),
  )
  const { overrides } = test
  const environment = overrideEnvironment(environmentOf(manifest, tested.packageName), overrides)
  const compileContext: CompileContext = {
    manifest: {
      ...manifest,
      environments: new Map([...manifest.environments, [tested.packageName, environment]]),
    },
    dialect,
    invocationId: context.invocationId,
    runStartedAt: overrides.now ?? context.runStartedAt,
    standIns,
    isIncremental: overrides.isIncremental ?? expectsTable(test),
    reads: new Map(),
  }
  const scope = { model, compileContext, inputs, standIns, names }
  const compilation = tryCompile(compileContext, model)
  if (compilation.kind === 'asks') return success({ ...scope, compiled: undefined })
  const { result } = compilation
  return result.ok ? success({ ...scope, compiled: result.value }) : result
}

function expectsTable({ expectations }: UnitTestNode): boolean {
  return expectations.some(({ of }) => of.kind === 'table')
}

/** Without rows for all it reads, what it gives says nothing: an input that is left out would be one without rows. */
function missingInputs(
  manifest: Manifest,
  model: ModelNode,
  { given, span }: UnitTestNode,
): readonly Diagnostic[] {
  const ids = new Set(given.flatMap(({ input }) => (input === 'this' ? [] : [input])))
  const missing = requiredInputs(manifest, model, ids).filter(({ uniqueId }) => !ids.has(uniqueId))
  return missing.map((node) =>
    errorDiagnostic({
      code: 'missing-input',
      message: `expected rows for ${inputText(node)}, which "${model.name}" reads, found none`,
      span,
      hint: `add "- input: ${inputText(node)}" with its rows; "rows: []" for none`,
    }),
  )
}
