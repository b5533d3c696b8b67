/** Finds Jinja typed by habit in a template and answers each piece with its Handlebars form. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { type SourceText, spanOf } from '../syntax/source-text.ts'
import { translateExpression } from './translate-expression.ts'
import { translateTag } from './translate-tag.ts'

/** A tag, a comment or a mustache that begins at the index, or what must be skipped to find these. */
const pieces =
  /\\?\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}|\\\{\{|\{\{(?:"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|[^"'}]|\}(?!\}))*\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|--[^\n{]*|\/\*|'/g
const keywords =
  /^\{%[-+]?\s*(?:if|elif|else|endif|for|endfor|set|endset|macro|endmacro|test|endtest|call|endcall|do|filter|endfilter|raw|endraw|block|endblock|snapshot|endsnapshot|materialization|endmaterialization|docs|enddocs|include|import|from|extends|with|endwith)\b/

export function findJinja(source: SourceText): readonly Diagnostic[] {
  const { text } = source
  // Most templates hold none of its marks, so they pay for one look only.
  if (!/\{[%#]|\{\{[^}]*[(|'-]/.test(text)) return []
  const diagnostics: Diagnostic[] = []
  let isInQuotes = false
  pieces.lastIndex = 0
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    const [piece] = match
    const start = match.index
    if (piece === "'") {
      isInQuotes = !isInQuotes
      continue
    }
    const found = judge(piece, isInQuotes)
    if (found === undefined) continue
    const span = spanOf(source, { start, end: start + piece.length })
    diagnostics.push(errorDiagnostic({ code: 'jinja-syntax', span, ...found }))
  }
  return diagnostics
}
