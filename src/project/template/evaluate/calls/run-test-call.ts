/** Walks the body of a generic test with the arguments that YAML gave it, or says what is wrong with the call. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../../core/diagnostic.ts'
import type { TestCall } from '../../template.ts'
import { topFrame } from '../create-evaluator.ts'
import type { Evaluator, Writer } from '../evaluation.ts'
import { libraryInside } from './find-macro.ts'
import { selectVariant } from './select-variant.ts'
import type { Value } from '../value.ts'

/** The faults of the call itself; when there are none the body has been walked. */
export function runTestCall(
  evaluator: Evaluator,
  call: TestCall,
  writer: Writer,
): readonly Diagnostic[] {
  const { library, adapter } = evaluator.host.environment
  const variants = library.tests.get(call.testName)
  const definition = variants === undefined ? undefined : selectVariant(variants, adapter)
  if (definition === undefined) return [unknownTest(call, library.tests.keys())]
  const parameters = [...definition.positional, ...definition.named.map(({ name }) => name)]
  const given = Object.keys(call.arguments)
  const faults = [
    ...given
      .filter((name) => !parameters.includes(name))
      .map((name) => {
        const nearest = nearestName(name, parameters)
        const message = `expected an argument of the test "${call.testName}", found "${name}"`
        const known = `it takes ${parameters.map((parameter) => `"${parameter}"`).join(', ')}`
        if (configKeys.has(name)) {
          const hint = `"${name}" is a config: write it under "config", beside "arguments"`
          return callFault(call, message, hint)
        }
        return callFault(
          call,
          message,
          nearest === undefined ? known : `did you mean "${nearest}"?`,
        )
      }),
    ...definition.positional
      .filter((name) => !given.includes(name))
      .map((name) =>
        callFault(call, `expected "${name}" for the test "${call.testName}", found nothing`),
      ),
  ]
  if (faults.length > 0) return faults
  const values = new Map<string, Value>([
    ...definition.named.map((parameter) => [parameter.name, parameter.default] as const),
    ...Object.entries(call.arguments),
  ])
  evaluator.walk(
    definition.language === 'template' ? definition.body : [],
    {
      ...topFrame(definition.source),
      library: libraryInside(evaluator.host.environment.library, definition),
      callers: [{ message: `the test "${call.testName}" is declared here`, span: call.span }],
      names: { values, outer: undefined },
    },
    writer,
  )
  return []
}

/** Where no argument has the name. */
const configKeys: ReadonlySet<string> = new Set([
  'where',
  'severity',
  'limit',
  'warn_if',
  'error_if',
  'fail_calc',
  'store_failures',
  'store_failures_as',
  'quarantine',
  'enabled',
  'tags',
  'meta',
])

function callFault(call: TestCall, message: string, hint?: string): Diagnostic {
  return errorDiagnostic({ code: 'wrong-arguments', message, span: call.span, hint })
}

function unknownTest(call: TestCall, names: Iterable<string>): Diagnostic {
  const nearest = nearestName(call.testName, names)
  return errorDiagnostic({
    code: 'unknown-test',
    message: `expected the name of a generic test, found "${call.testName}"`,
    span: call.span,
    hint:
      nearest === undefined
        ? `define it with {{#test "${call.testName}" "model"}} in tests/generic/`
        : `did you mean "${nearest}"?`,
  })
}
