/** A failing test of a node ends its transaction. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { failedResult, type PublishStep, RolledBack } from '../publish/publish-request.ts'
import type { RunContext } from '../run-context.ts'

/** Throws `RolledBack` when one of them failed or could not run. */
export function stopOnFailure(
  context: RunContext,
  step: PublishStep,
  {
    started,
    tests,
    compiledCode,
    isReused = false,
    isOneOfBatches = false,
  }: {
    readonly started: Date
    readonly tests: readonly RunResult[]
    readonly compiledCode: string | undefined
    /** The node was not built: the tests looked at what is published. */
    readonly isReused?: boolean
    /** The batches before it are committed. */
    readonly isOneOfBatches?: boolean
  },
): void {
  const bad = tests.filter((test) => test.status === 'fail' || test.status === 'error')
  if (bad.length === 0) return
  const nodes = bad.flatMap((test) => context.manifest.nodes.get(test.uniqueId) ?? [])
  const broken = bad.filter((test) => test.status === 'error').length
  const found = broken === bad.length ? `${broken} that could not run` : `${bad.length} failing`
  const diagnostic = errorDiagnostic({
    code: 'test-failed',
    message: `expected every test to pass, found ${found}: ${nodes.map((node) => node.name).join(', ')}`,
    span: nodes[0]?.span,
    hint: isReused ? reusedHint : isOneOfBatches ? batchHint : unpublishedHint,
  })
  const result = failedResult(context, step, { started, diagnostics: [diagnostic], compiledCode })
  throw new RolledBack({ result, tests })
}

const unpublishedHint = 'not published; what was there before is still in place'

const batchHint =
  'this batch is rolled back; the other batches of the run that succeeded stay published'

const reusedHint =
  'the rows are those that were published before, and they fail it: mend the data or the test, then build again'
