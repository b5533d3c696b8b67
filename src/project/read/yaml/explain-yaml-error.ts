/** An error of the yaml package to a diagnostic in our words. */
import type { ErrorCode, YAMLError } from 'yaml'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'

export interface YamlText {
  readonly path: string
  readonly text: string
  /** 1-based line and column of an offset. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
  /** Where the quoted text begins that an offset lies in or behind. */
  readonly quoteBefore: (offset: number) => number
}

interface Words {
  readonly message: string
  readonly hint?: string
}

export const unquotedTemplate: Words = {
  message: 'expected quotes around the template, found none',
  hint: 'write "{{..}}" in quotes: a brace begins a map',
}

const otherIndentation: Words = {
  message: 'expected the indentation of the lines around it, found another',
  hint: 'keys of one map, and items of one list, begin in one column',
}

/** A template without quotes is read as a map in a map: whatever the package says of it, the quotes are missing. */
export function explainYamlError(error: YAMLError, source: YamlText): Diagnostic {
  const offset = offsetOf(error, source)
  const place = source.placeOf(offset)
  const line = source.text.split('\n')[place.line - 1]?.trimEnd() ?? ''
  const words = /(?::|-)\s+\{\{/.test(line) ? unquotedTemplate : wordsFor(error, source)
  const longest = Math.max(1, line.length - place.column + 1)
  const length = Math.min(longest, Math.max(1, error.pos[1] - error.pos[0]))
  return errorDiagnostic({
    code: 'yaml-syntax',
    span: { path: source.path, ...place, length },
    ...words,
  })
}

/** The package may point at the spaces before what is wrong, or at the end of the file for a quote never closed. */
function offsetOf(error: YAMLError, { text, quoteBefore }: YamlText): number {
  if (/Missing closing/.test(error.message)) return quoteBefore(error.pos[0])
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY' && !isKeyOnLine(error, text)) {
    const end = text.indexOf('\n', error.pos[0])
    return end < 0 ? error.pos[0] : end + 1 + (/^[ ]*/.exec(text.slice(end + 1))?.[0].length ?? 0)
  }
  const spaces = /^[ ]*/.exec(text.slice(error.pos[0]))?.[0].length ?? 0
  const at = error.pos[0] + spaces
  return error.code === 'TAB_AS_INDENT' || /[\r\n]/.test(text[at] ?? '\n') ? error.pos[0] : at
}

/** Else it is on the next line, which is indented so far that it goes on with the value. */
function isKeyOnLine({ pos: [start] }: YAMLError, text: string): boolean {
  const [line = ''] = text.slice(start).split(/\r?\n/, 1)
  return /:(?:\s|$)/.test(line)
}

function wordsFor(error: YAMLError, source: YamlText): Words {
  const found = foundAt(error, source)
  const byCode: Partial<Record<ErrorCode, Words>> = {
    TAB_AS_INDENT: {
      message: 'expected spaces as indentation, found a tab',
      hint: 'replace the tab with spaces',
    },
    MULTIPLE_DOCS: {
      message: 'expected one document, found a second one after "---"',
      hint: 'put it into a file of its own',
    },
    BAD_DQ_ESCAPE: {
      message: `expected an escape that YAML knows, found ${found}`,
      hint: 'write the backslash twice, or use single quotes',
    },
    DUPLICATE_KEY: { message: `expected each key once, found ${found} a second time` },
    MULTILINE_IMPLICIT_KEY: { message: 'expected ":" behind the key, found the end of the line' },
    BLOCK_AS_IMPLICIT_KEY: isKeyOnLine(error, source.text)
      ? {
          message: 'expected one value on a line, found a second key',
          hint: 'put quotes around a value that holds ": ", or begin a new line',
        }
      : otherIndentation,
    BAD_SCALAR_START: {
      message: `expected a value, found ${found}, which may not begin one`,
      hint: 'put the value in quotes',
    },
    TAG_RESOLVE_FAILED: { message: `expected a value without a tag, found ${found}` },
    MULTIPLE_ANCHORS: { message: 'expected one anchor, found a second one' },
    BAD_ALIAS: { message: `expected the name of an anchor, found ${found}` },
  }
  return byCode[error.code] ?? wordsByMessage(error.message, found) ?? wordsByPlace(error, source)
}

function wordsByMessage(message: string, found: string): Words | undefined {
  const quote = /Missing closing (["'])quote/.exec(message)?.[1]
  if (quote !== undefined) return { message: `expected a closing ${quote}, found none` }
  const bracket = /end with a ([\]}])/.exec(message)?.[1]
  if (bracket !== undefined) return { message: `expected "${bracket}" or a comma, found ${found}` }
  if (/must start at the same column|without - indicator|sufficiently indented/.test(message)) {
    return otherIndentation
  }
  if (/block-seq-ind on same line/.test(message)) {
    return { message: 'expected a value, found "-"', hint: 'begin the list on a new line' }
  }
  if (/followed by map values/.test(message)) {
    return { message: `expected ":" behind the key ${found}, found none` }
  }
  return undefined
}

function wordsByPlace(error: YAMLError, source: YamlText): Words {
  const { text } = source
  const lineStart = text.lastIndexOf('\n', error.pos[0] - 1) + 1
  if (text.slice(lineStart, error.pos[0]).trim() === '') return otherIndentation
  const found = foundAt(error, source)
  if (/at node end/.test(error.message)) {
    return {
      message: `expected the end of the value, found ${found}`,
      hint: 'put quotes around the whole value',
    }
  }
  return { message: `expected a value, found ${found}` }
}

function foundAt(error: YAMLError, source: YamlText): string {
  const rest = source.text.slice(offsetOf(error, source))
  const written = rest.split(/\r?\n/, 1)[0] ?? ''
  const token = /^(?:"[^"]*"|'[^']*'|[\w+*&!\\][\w.+*&!/-]*|\S)/.exec(written)?.[0]
  if (token !== undefined) return `"${token.replace(/^(["'])(.*)\1$/, '$2')}"`
  return rest.trim() === '' ? 'the end of the file' : 'the end of the line'
}
