/** Builds environments and libraries for the template tests, and writes diagnostics on one line each. */
import type { Diagnostic } from '../../../../src/core/diagnostic.ts'
import { buildLibrary } from '../../../../src/project/template/build-library.ts'
import { checkMacro, checkTemplate } from '../../../../src/project/template/check-template.ts'
import { collectFacts } from '../../../../src/project/template/collect-facts.ts'
import { parseMacroFile } from '../../../../src/project/template/parse-macro-file.ts'
import { parseTemplate } from '../../../../src/project/template/parse-template.ts'
import { render } from '../../../../src/project/template/render.ts'
import type {
  MacroLibrary,
  RelationValue,
  Rendered,
  RenderState,
  Template,
  TemplateEnvironment,
} from '../../../../src/project/template/template.ts'

export function relationOf(schema: string, identifier: string): RelationValue {
  return {
    kind: 'relation',
    text: `"${schema}"."${identifier}"`,
    relation: { schema, identifier },
  }
}

export const state: RenderState = {
  this: relationOf('silver', 'orders'),
  isIncremental: false,
  invocationId: 'run-1',
  runStartedAt: '2026-01-02T03:04:05.000Z',
  resolve: (reference) => ({
    ...(reference.kind === 'ref'
      ? relationOf('main', reference.name)
      : relationOf(reference.sourceName, reference.tableName)),
    reference,
  }),
  cursorQuery: (call) => `(${call.kind})`,
  answer: (question) => {
    if (question.kind === 'exists') return true
    if (question.kind === 'columns') return [{ name: 'id', data_type: 'integer' }]
    return question.sql === 'select distinct id from "main"."a"'
      ? [{ id: 1 }, { id: 2 }]
      : undefined
  },
}

export function libraryOf(text: string): MacroLibrary {
  const parsed = parseMacroFile({ path: 'macros/m.sql', text }, { isBuiltIn: false })
  if (!parsed.ok) throw new Error(lines(parsed.diagnostics).join('\n'))
  const library = buildLibrary(parsed.value)
  if (!library.ok) throw new Error(lines(library.diagnostics).join('\n'))
  return library.value
}

export function environmentOf(changes: Partial<TemplateEnvironment> = {}): TemplateEnvironment {
  return {
    adapter: 'duckdb',
    projectName: 'shop',
    secrets: 'refused',
    vars: { days: [1, 2], name: 'orders', limit: 10, flags: { a: true, b: false } },
    env: { HOME: '/people/me', PORT: '5432' },
    target: { name: 'dev', schema: 'main', type: 'duckdb' },
    declared: {
      experiments: [
        { name: 'pdp', allocation: 'fixed', control: 'old' },
        { name: 'prices', allocation: 'adaptive', control: null },
      ],
      metrics: [{ name: 'rate', experiment: { test: 'ratio' } }],
    },
    library: libraryOf(''),
    ...changes,
  }
}

export function templateOf(text: string): Template {
  const parsed = parseTemplate({ path: 'models/a.sql', text })
  if (!parsed.ok) throw new Error(lines(parsed.diagnostics).join('\n'))
  return parsed.value
}

/** `code path:line:column+length message | hint`, then related places. */
export function lines(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, span, message, hint, related }) => {
    const at = span === undefined ? '' : ` ${span.path}:${span.line}:${span.column}+${span.length}`
    const places = (related ?? []).map(
      (place) => ` < ${place.message} ${place.span.path}:${place.span.line}:${place.span.column}`,
    )
    return `${code}${at} ${message}${hint === undefined ? '' : ` | ${hint}`}${places.join('')}`
  })
}

export function parseFaults(text: string): readonly string[] {
  const parsed = parseTemplate({ path: 'models/a.sql', text })
  return parsed.ok ? [] : lines(parsed.diagnostics)
}

export function checkFaults(text: string, macros = ''): readonly string[] {
  const environment = environmentOf({ library: libraryOf(macros) })
  return lines(checkTemplate(templateOf(text), environment))
}

export function macroFaults(macros: string): readonly string[] {
  const library = libraryOf(macros)
  const definitions = [...library.macros.values(), ...library.tests.values()].flat()
  return lines(definitions.flatMap((definition) => checkMacro(definition, library)))
}

export function collectFaults(text: string, macros = ''): readonly string[] {
  const environment = environmentOf({ library: libraryOf(macros) })
  const facts = collectFacts(templateOf(text), environment)
  return facts.ok ? [] : lines(facts.diagnostics)
}

/** The names of the nodes referred to, in order. */
export function refsOf(text: string, macros = ''): readonly string[] {
  const environment = environmentOf({ library: libraryOf(macros) })
  const facts = collectFacts(templateOf(text), environment)
  if (!facts.ok) throw new Error(lines(facts.diagnostics).join('\n'))
  return facts.value.references.map((reference) =>
    reference.kind === 'ref' ? reference.name : `${reference.sourceName}.${reference.tableName}`,
  )
}

export function renderOf(text: string, macros = '', changes: Partial<RenderState> = {}): Rendered {
  const environment = environmentOf({ library: libraryOf(macros) })
  const template = templateOf(text)
  const faults = checkTemplate(template, environment)
  if (faults.length > 0) throw new Error(lines(faults).join('\n'))
  return render(template, { environment, state: { ...state, ...changes } })
}

/** The SQL, or the faults on lines of their own. */
export function sqlOf(text: string, macros = '', changes: Partial<RenderState> = {}): string {
  const rendered = renderOf(text, macros, changes)
  if (rendered.kind === 'sql') return rendered.sql
  return rendered.kind === 'failed' ? lines(rendered.diagnostics).join('\n') : 'asks'
}
