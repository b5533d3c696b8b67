/** Renders a text of a YAML file, where only `env`, `var`, `target` and helpers without effect mean something. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { checkTemplate } from './check-template.ts'
import { helperSignatures, signatureOf } from './helpers/signatures.ts'
import { parseTemplate } from './parse-template.ts'
import { render } from './render.ts'
import type { MacroLibrary, RelationValue, RenderState, TemplateEnvironment } from './template.ts'

export interface Scalar {
  readonly text: string
  /** False: the text is as it was and need not be read again. */
  readonly isTemplate: boolean
}

export interface ScalarInput {
  readonly environment: Omit<TemplateEnvironment, 'library'>
  /** Where the text stands: all faults are put there. */
  readonly span: SourceSpan
}

const scalarHelpers: ReadonlySet<string> = new Set([
  'var',
  'env',
  ...Object.keys(helperSignatures).filter((name) => {
    const signature = signatureOf(name)
    return signature?.isPure === true || signature?.form === 'block'
  }),
])
const descriptionHelpers: ReadonlySet<string> = new Set([...scalarHelpers, 'doc'])
const emptyLibrary: MacroLibrary = { macros: new Map(), tests: new Map() }
const noState: RenderState = {
  this: undefined,
  isIncremental: false,
  invocationId: '',
  runStartedAt: '',
  resolve: (): RelationValue => {
    throw new Error('a text of a YAML file refers to no relation')
  },
  cursorQuery: (): string => {
    throw new Error('a text of a YAML file reads no rows')
  },
}

/** The caller reads the text again as YAML when it was a template. */
export function renderScalar(text: string, { environment, span }: ScalarInput): Result<Scalar> {
  if (!/\{[{%#]/.test(text)) return success({ text, isTemplate: false })
  const parsed = parseTemplate({ path: span.path, text })
  if (!parsed.ok) return failure(parsed.diagnostics.map((fault) => movedTo(fault, span)))
  const whole = { ...environment, library: emptyLibrary }
  const faults = checkTemplate(parsed.value, whole, {
    hasThis: false,
    allowsConfig: false,
    helpers: environment.docs === undefined ? scalarHelpers : descriptionHelpers,
    rootNames: ['target'],
  })
  if (faults.length > 0) return failure(faults.map((fault) => movedTo(fault, span)))
  const rendered = render(parsed.value, { environment: whole, state: noState })
  switch (rendered.kind) {
    case 'sql':
      return success({ text: rendered.sql, isTemplate: parsed.value.ast.some(isTag) })
    case 'failed':
      return failure(rendered.diagnostics.map((fault) => movedTo(fault, span)))
    case 'asks':
      throw new Error('a text of a YAML file asks the database')
    default:
      return never(rendered)
  }
}

function isTag(statement: { readonly kind: string }): boolean {
  return statement.kind !== 'text'
}

function movedTo({ code, message, hint }: Diagnostic, span: SourceSpan): Diagnostic {
  return errorDiagnostic({ code, message, span, hint })
}
