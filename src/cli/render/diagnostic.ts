/** Diagnostics to text: code, message, place, the line of the source underlined, related places, hint. */
import type { Diagnostic, SourceSpan } from '../../core/diagnostic.ts'
import type { Paint } from './colours.ts'
import { plural } from './counts.ts'
import { graphemes, graphemeWidth, showControls, textWidth } from './text-width.ts'

export interface DiagnosticPage {
  /** A line of a file of the project, 1-based, without its line end; undefined if there is none. */
  readonly readLine: (path: string, line: number) => string | undefined
  readonly paint: Paint
  /** Columns that a line of source may take; longer ones are cut around the place. */
  readonly width: number
}

/** All of them with a blank line between, and a last line that counts them. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  page: DiagnosticPage,
): string {
  const blocks = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, page))
  return [...blocks, countDiagnostics(diagnostics, page.paint)].join('\n\n')
}

/** `3 errors, 1 warning`. */
export function countDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length
  const notes = diagnostics.length - errors - warnings
  return [
    ...(errors > 0 ? [paint('red', plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint('yellow', plural(warnings, 'warning'))] : []),
    ...(notes > 0 ? [paint('cyan', plural(notes, 'note'))] : []),
  ].join(', ')
}

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** Several lines, without a line end after the last. */
export function renderDiagnostic(diagnostic: Diagnostic, page: DiagnosticPage): string {
  const { severity, code, message, span, hint, related = [] } = diagnostic
  const { paint } = page
  const places = [...(span === undefined ? [] : [span]), ...related.map((place) => place.span)]
  const numberWidth = Math.max(0, ...places.map(({ line }) => String(line).length))
  const margin = ' '.repeat(numberWidth)
  const head = paint('bold', paint(colours[severity], `${severity}[${code}]`))
  return [
    ...continued(`${head}: `, message, '  '),
    ...(span === undefined
      ? []
      : [`${margin} ${paint('cyan', '-->')} ${place(span)}`, ...codeFrame(span, margin, page)]),
    ...related.map(
      (other) => `${margin} ${paint('cyan', ':::')} ${place(other.span)}  ${other.message}`,
    ),
    ...(hint === undefined ? [] : hintLines(hint, margin, paint)),
  ].join('\n')
}

/** `models/a.sql:7:12`. */
export function place({ path, line, column }: SourceSpan): string {
  return `${path}:${line}:${column}`
}

function hintLines(hint: string, margin: string, paint: Paint): readonly string[] {
  const before = `${margin}  ${paint('cyan', '=')} hint: `
  return continued(before, hint, ' '.repeat(margin.length + '  = hint: '.length))
}

/** A database's message may have several lines: those after the first are set in. */
function continued(before: string, text: string, indent: string): readonly string[] {
  const [first = '', ...others] = text.trimEnd().split(/\r?\n/).map(showControls)
  return [before + first, ...others.map((line) => (indent + line).trimEnd())]
}

function codeFrame(span: SourceSpan, margin: string, page: DiagnosticPage): readonly string[] {
  const source = page.readLine(span.path, span.line)
  if (source === undefined) return []
  const { paint } = page
  const bar = `${margin}  ${paint('cyan', '|')}`
  const number = paint('cyan', `${String(span.line).padStart(margin.length)} |`)
  const { text, before, marked } = underlined(source, span, page.width - margin.length - 4)
  return [
    bar,
    ` ${number} ${text}`.trimEnd(),
    `${bar} ${' '.repeat(before)}${paint('red', '~'.repeat(marked))}`,
  ]
}

interface Underlined {
  readonly text: string
  /** Columns before the place. */
  readonly before: number
  /** Columns of the place, at least 1. */
  readonly marked: number
}

/** The line as a terminal shows it, and where the place lies in it: counted in columns, not in characters. */
function underlined(source: string, span: SourceSpan, width: number): Underlined {
  const start = Math.min(span.column - 1, source.length)
  const end = Math.min(start + span.length, source.length)
  const head = printable(source.slice(0, start))
  const middle = printable(source.slice(start, end))
  const tail = printable(source.slice(end))
  const before = textWidth(head)
  const marked = Math.max(1, textWidth(middle))
  if (before + textWidth(middle) + textWidth(tail) <= width) {
    return { text: head + middle + tail, before, marked }
  }
  return cutAround({ head, middle, tail }, width)
}

/** Keeps what fits: the place first, then about a third of the room before it and the rest behind it. */
function cutAround(
  { head, middle, tail }: { readonly head: string; readonly middle: string; readonly tail: string },
  width: number,
): Underlined {
  const shownMiddle = firstColumns(middle, width - 2)
  const room = Math.max(0, width - textWidth(shownMiddle))
  const headRoom = Math.max(room - textWidth(tail), Math.floor(room / 3))
  const shownHead = lastColumns(head, headRoom)
  const left = room - textWidth(shownHead)
  const shownTail = shownMiddle === middle ? firstColumns(tail, left) : ''
  return {
    text: shownHead + shownMiddle + shownTail,
    before: textWidth(shownHead),
    marked: Math.max(1, textWidth(shownMiddle)),
  }
}

function firstColumns(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  return `${takeColumns(graphemes(text), width - 1).join('')}…`
}

function lastColumns(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  const reversed = takeColumns(graphemes(text).toReversed(), width - 1)
  return `…${reversed.toReversed().join('')}`
}

function takeColumns(parts: readonly string[], width: number): readonly string[] {
  let used = 0
  const tooFar = parts.findIndex((part) => {
    used += graphemeWidth(part)
    return used > width
  })
  return tooFar === -1 ? parts : parts.slice(0, tooFar)
}

/** Tabs as four spaces, other control characters as a dot: what is printed has the width that is counted. */
function printable(text: string): string {
  return text.replaceAll('\t', '    ').replace(/\p{Cc}/gu, '·')
}
