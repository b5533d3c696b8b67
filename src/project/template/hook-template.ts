/** A hook as a template, and places in it as places in the file where the hook is written. */
import type { Diagnostic, SourceSpan } from '../../core/diagnostic.ts'
import type { Hook } from '../../core/node/hook.ts'
import type { Result } from '../../core/result.ts'
import { parseTemplate } from './parse-template.ts'
import type { Reference, Template } from './template.ts'

/** No file has it: what has this path lies in the hook itself, not in a macro. */
const hookPath = '(hook)'

export function parseHook(hook: Hook): Result<Template> {
  const parsed = parseTemplate({ path: hookPath, text: hook.text })
  return parsed.ok ? parsed : { ...parsed, diagnostics: inHook(hook, parsed.diagnostics) }
}

export function inHook(hook: Hook, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map(({ span, related, ...rest }) => ({
    ...rest,
    ...(span === undefined ? {} : { span: hookSpan(hook, span) }),
    ...(related === undefined
      ? {}
      : { related: related.map((each) => ({ ...each, span: hookSpan(hook, each.span) })) }),
  }))
}

export function referenceInHook(hook: Hook, { span, related, ...rest }: Reference): Reference {
  const moved = { ...rest, span: hookSpan(hook, span) }
  if (related === undefined) return moved
  return {
    ...moved,
    related: related.map((each) => ({ ...each, span: hookSpan(hook, each.span) })),
  }
}

/** A hook on one line, as it is or in quotes, has its characters where they are written; else all of it is meant. */
export function hookSpan({ text, span }: Hook, place: SourceSpan): SourceSpan {
  if (place.path !== hookPath) return place
  const around = span.length - text.length
  if (text.includes('\n') || (around !== 0 && around !== 2)) return span
  return { ...span, column: span.column + around / 2 + place.column - 1, length: place.length }
}
