/** What a unit test has to say where its model may add to a table that is there. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import type { GivenInput, UnitTestOverrides } from '../../../core/node/unit-test.ts'
import type { UnitTestEntry } from '../../read/properties/property-file.ts'
import type { TemplateFacts } from '../../template/template.ts'
import { withArticle } from '../../../core/with-article.ts'

interface Tested {
  readonly node: Omit<ModelNode, 'dependsOn'>
  readonly facts: TemplateFacts
}

interface Said {
  readonly entry: UnitTestEntry
  readonly given: readonly GivenInput[]
  readonly overrides: UnitTestOverrides
}

export function checkIncremental(
  { faults }: { readonly faults: Diagnostic[] },
  { node, facts }: Tested,
  { entry, given, overrides }: Said,
): void {
  const { span } = entry
  const { isIncremental } = overrides
  const table = entry.expectations.find(({ of }) => of.kind === 'table')
  const hasThis = given.some(({ input }) => input === 'this')
  const isAsked = 'is_incremental' in entry.macros
  if (facts.asksIncremental && !isAsked) {
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "is_incremental" among the overrides, since "${node.name}" asks for it, found none`,
        span,
        hint: 'overrides: {macros: {is_incremental: true}} for a batch, false for the first run',
      }),
    )
  }
  if (isIncremental === true && !hasThis && !entry.given.some(({ input }) => isThis(input.text))) {
    faults.push(noThis('is_incremental is true', span))
  }
  if (table === undefined || node.materialization.name === 'scd2') return
  if (node.materialization.name !== 'incremental') {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected an incremental model or an scd2 for "expect_table", found "${node.name}", ${withArticle(node.materialization.name)}`,
        span: table.rows.span,
        hint: 'its table is what it selects: write expect',
      }),
    )
    return
  }
  if (isIncremental === false) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected is_incremental to be true beside "expect_table", found false',
        span: table.rows.span,
        hint: 'the first run makes the table of what it selects: write expect',
      }),
    )
    return
  }
  if (isIncremental === undefined && !entry.given.some(({ input }) => isThis(input.text))) {
    faults.push(noThis('"expect_table" is given', span))
  }
}

function isThis(text: string): boolean {
  return text.trim() === 'this'
}

function noThis(because: string, span: Diagnostic['span']): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: `expected the input "this", since ${because}, found none`,
    span,
    hint: 'given: [{input: this, rows: [..]}] says what the table held before; "rows: []" for nothing',
  })
}
