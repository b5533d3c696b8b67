/** Turns a template's text into its tree, or says what is wrong with its syntax; Jinja is recognised first. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import { failure, success, type Result } from '../../core/result.ts'
import { findJinja } from './jinja/find-jinja.ts'
import { parseText } from './syntax/parse-text.ts'
import { createSourceText, spanOf, type SourceText } from './syntax/source-text.ts'
import { SyntaxFault } from './syntax/syntax-fault.ts'
import type { Template } from './template.ts'

export function parseTemplate(file: {
  readonly path: string
  readonly text: string
}): Result<Template> {
  const source = createSourceText(file.path, file.text)
  const jinja = findJinja(source)
  if (jinja.length > 0) return failure(jinja)
  try {
    return success({ ...source, ast: parseText(source.text) })
  } catch (error) {
    if (error instanceof SyntaxFault) return failure([syntaxDiagnostic(source, error)])
    throw error
  }
}

function syntaxDiagnostic(source: SourceText, { details }: SyntaxFault) {
  const { message, hint, range, related } = details
  return errorDiagnostic({
    code: 'template-syntax',
    message,
    span: spanOf(source, range),
    hint,
    ...(related === undefined
      ? {}
      : { related: [{ message: related.message, span: spanOf(source, related.range) }] }),
  })
}
