/** Finds every fault of a template or macro that can be seen before anything is rendered. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { checkProgram } from './check/check-program.ts'
import { type Checker, type CheckScope, reservedReason } from './check/check-scope.ts'
import { rootNames } from './helpers/signatures.ts'
import { type SourceText, spanOf } from './syntax/source-text.ts'
import type { MacroDefinition, MacroLibrary, Template, TemplateEnvironment } from './template.ts'

export interface CheckOptions {
  /** False for tests and analyses: `{{this}}` is an error there. Default true. */
  readonly hasThis?: boolean
  /** False for hooks. Default true. */
  readonly allowsConfig?: boolean
  /** The only helpers that mean something here. Default all. */
  readonly helpers?: ReadonlySet<string>
  /** The only values that are known by name here. Default `this`, `target`, `invocation_id`, `run_started_at`, `batch`. */
  readonly rootNames?: readonly string[]
}

/** All faults of the template, in order; empty when it may be walked and rendered. */
export function checkTemplate(
  template: Template,
  environment: TemplateEnvironment,
  options: CheckOptions = {},
): readonly Diagnostic[] {
  const { checker, diagnostics } = createChecker(template, environment.library, {
    adapter: environment.adapter,
    targetKeys: Object.keys(environment.target),
    hasThis: options.hasThis ?? true,
    helpers: options.helpers,
    rootNames: options.rootNames ?? rootNames,
  })
  const isTop = options.allowsConfig ?? true
  checkProgram(checker, template.ast, { ...emptyScope, isTop })
  return diagnostics
}

/** Checks a macro's or generic test's body once, with its parameters in scope. */
export function checkMacro(
  definition: MacroDefinition,
  library: MacroLibrary,
): readonly Diagnostic[] {
  const { checker, diagnostics } = createChecker(definition.source, library, {
    adapter: definition.adapter,
    targetKeys: undefined,
    hasThis: true,
    helpers: undefined,
    rootNames,
  })
  const parameters = [...definition.positional, ...definition.named.map(({ name }) => name)]
  for (const parameter of parameters) {
    const reason = reservedReason(library, parameter)
    if (reason === undefined) continue
    diagnostics.push(
      errorDiagnostic({
        code: 'reserved-name',
        message: `expected a parameter with a name of its own, found ${reason}`,
        span: definition.span,
        hint: 'choose another name',
      }),
    )
  }
  if (definition.language === 'typescript') return diagnostics
  checkProgram(checker, definition.body, {
    ...emptyScope,
    names: new Set(parameters),
    // The configs of a generic test are the defaults of its uses.
    isTop: definition.kind === 'test',
    isInMacro: true,
    gives: definition.kind === 'macro',
  })
  return diagnostics
}

const emptyScope: CheckScope = {
  names: new Set(),
  hasElement: false,
  isInLoop: false,
  isTop: false,
  isInMacro: false,
  gives: false,
}

function createChecker(
  source: SourceText,
  library: MacroLibrary,
  rules: Pick<Checker, 'adapter' | 'targetKeys' | 'hasThis' | 'helpers' | 'rootNames'>,
): { readonly checker: Checker; readonly diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const checker: Checker = {
    ...rules,
    source,
    library,
    report: (range, fault) => {
      diagnostics.push(errorDiagnostic({ ...fault, span: spanOf(source, range) }))
    },
  }
  return { checker, diagnostics }
}
