/** Finds Jinja typed by habit in a template and answers each piece with its Handlebars form. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { type SourceText, spanOf } from '../syntax/source-text.ts'
import { isInQuotes } from './is-in-quotes.ts'
import { translateComment, translateMustache, translateTag } from './translate-tag.ts'

const tagKeyword =
  /^\{%[-+]?\s*(?:if|elif|else|endif|for|endfor|set|endset|macro|endmacro|test|endtest|call|endcall|do|filter|endfilter|raw|endraw|block|endblock|snapshot|endsnapshot|materialization|endmaterialization|docs|enddocs|include|import|from|extends|with|endwith)\b/
const longestShown = 60

/** All of a file at once; empty for a template without Jinja. */
export function findJinja(source: SourceText): readonly Diagnostic[] {
  const { text } = source
  const diagnostics: Diagnostic[] = []
  const openings = /\{[{%#]/g
  for (let match = openings.exec(text); match !== null; match = openings.exec(text)) {
    const start = match.index
    const piece = pieceAt(text, start)
    if (piece === undefined) continue
    openings.lastIndex = start + piece.length
    if (!piece.isJinja) continue
    const shown = text.slice(start, start + piece.length)
    diagnostics.push(
      errorDiagnostic({
        code: 'jinja-syntax',
        message: `expected Handlebars, found Jinja ${shorten(shown)}`,
        span: spanOf(source, { start, end: start + piece.length }),
        hint: piece.form === undefined ? undefined : `write ${piece.form}`,
      }),
    )
  }
  return diagnostics
}

interface Piece {
  /** In characters; the search goes on behind it. */
  readonly length: number
  readonly isJinja: boolean
  /** How it is written in Handlebars. */
  readonly form?: string | undefined
}

function pieceAt(text: string, start: number): Piece | undefined {
  switch (text.charAt(start + 1)) {
    case '%':
      return tagAt(text, start)
    case '#':
      return commentAt(text, start)
    default:
      return mustacheAt(text, start)
  }
}

function tagAt(text: string, start: number): Piece | undefined {
  const end = text.indexOf('%}', start + 2)
  if (end < 0) return undefined
  const piece = text.slice(start, end + 2)
  // Without a keyword of Jinja it may be text that is looked for: `like '{%'`.
  if (!tagKeyword.test(piece) && (/[\n']/.test(piece) || isInQuotes(text, start))) return undefined
  return { length: piece.length, isJinja: true, form: translateTag(piece) }
}

function commentAt(text: string, start: number): Piece | undefined {
  const end = text.indexOf('#}', start + 2)
  if (end < 0 || isInQuotes(text, start)) return undefined
  const piece = text.slice(start, end + 2)
  return { length: piece.length, isJinja: true, form: translateComment(piece) }
}

function mustacheAt(text: string, start: number): Piece | undefined {
  if (text[start - 1] === '\\' && text[start - 2] !== '\\') return { length: 2, isJinja: false }
  const comment = /^\{\{~?!(--)?/.exec(text.slice(start, start + 6))
  if (comment !== null) {
    const close = comment[1] === undefined ? '}}' : '--'
    const end = text.indexOf(close, start + comment[0].length)
    return { length: end < 0 ? text.length : end + 2 - start, isJinja: false }
  }
  const end = mustacheEnd(text, start)
  if (end === undefined) return { length: 2, isJinja: false }
  const piece = text.slice(start, end)
  if (!isJinja(piece.slice(2, -2))) return { length: piece.length, isJinja: false }
  return { length: piece.length, isJinja: true, form: translateMustache(piece) }
}

function mustacheEnd(text: string, start: number): number | undefined {
  const stops = /"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|\}\}|\{\{/g
  stops.lastIndex = start + 2
  for (let match = stops.exec(text); match !== null; match = stops.exec(text)) {
    if (match[0] === '}}') return stops.lastIndex
    if (match[0] === '{{') return undefined
  }
  return undefined
}

/** Most mustaches hold none of Jinja's marks and are not looked at closer. */
const marks = /[|,+*<>[~]|[\w\])"'\s]\(["'\s)\d]|[^\s(]\(|==|!=|^-|-$|\sif\s/

function isJinja(inner: string): boolean {
  if (!marks.test(inner)) return false
  const bare = inner
    .replaceAll(/"(?:\\"|[^"])*"|'(?:\\'|[^'])*'/g, '""')
    .replaceAll(/\[[^\]]*\]/g, '[]')
  const isBlock = /^~?[#/^>]|^~?\s*else\b/.test(bare)
  if (/[\w\])]\(/.test(bare) || /[\w"]\s*\((?:\s*""|\s*\)|\s*-?\d)/.test(bare)) return true
  if (bare.replaceAll(/\bas\s*\|[^|]*(?:\||$)/g, '').includes('|')) return true
  if (isBlock) return /\s(?:==|!=)\s/.test(bare)
  return (
    /^-\s*[^\d\s]|\s-$/.test(bare) ||
    /,|==|!=|\s[+*<>]\s|\S\s*~\s*\S/.test(bare) ||
    /\w\[\]/.test(bare) ||
    /\sif\s.*\selse\s/.test(bare)
  )
}

function shorten(piece: string): string {
  const line = piece.replaceAll(/\s+/g, ' ')
  return line.length <= longestShown ? line : `${line.slice(0, longestShown)}...`
}
