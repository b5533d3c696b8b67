/** An error of the yaml package to a diagnostic in our words. */
import type { ErrorCode, YAMLError } from 'yaml'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'

interface Place {
  readonly text: string
  readonly span: SourceSpan
}

interface Words {
  readonly message: string
  readonly hint?: string
}

const quoteHint = 'put quotes around a value that begins with "{{"'

/** A template without quotes is read as a map in a map: whatever the package says of it, the quotes are missing. */
export function explainYamlError(error: YAMLError, place: Place): Diagnostic {
  const line = lineOf(place)
  const words = /(?::|-)\s+\{\{/.test(line)
    ? { message: 'expected quotes around the template, found none', hint: quoteHint }
    : wordsFor(error, place)
  const span = { ...place.span, length: lengthOf(error, place) }
  return errorDiagnostic({ code: 'yaml-syntax', span, ...words })
}

function lineOf(place: Place): string {
  return place.text.split('\n')[place.span.line - 1]?.trimEnd() ?? ''
}

function lengthOf(error: YAMLError, place: Place): number {
  const rest = lineOf(place).length - place.span.column + 1
  return Math.max(1, Math.min(error.pos[1] - error.pos[0], rest))
}

function wordsFor(error: YAMLError, place: Place): Words {
  const found = foundAt(error, place)
  const simple: Partial<Record<ErrorCode, Words>> = {
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
    MULTILINE_IMPLICIT_KEY: { message: `expected ":" behind the key, found the end of the line` },
    BLOCK_AS_IMPLICIT_KEY: {
      message: 'expected one value on a line, found a second key',
      hint: 'put quotes around a value that holds ": ", or begin a new line',
    },
    BAD_SCALAR_START: {
      message: `expected a value, found ${found}, which may not begin one`,
      hint: 'put the value in quotes',
    },
    TAG_RESOLVE_FAILED: { message: `expected a value without a tag, found ${found}` },
    MULTIPLE_ANCHORS: { message: `expected one anchor, found a second one` },
    BAD_ALIAS: { message: `expected the name of an anchor after "*", found ${found}` },
  }
  return simple[error.code] ?? wordsFromMessage(error, found)
}

function wordsFromMessage(error: YAMLError, found: string): Words {
  if (error.code === 'DUPLICATE_KEY') {
    return { message: `expected each key once, found ${found} a second time` }
  }
  const sequence = /must (?:be|not be) .*indented|All (?:mapping|sequence) items must start/i
  if (error.code === 'BAD_INDENT' || sequence.test(error.message)) {
    return {
      message: 'expected the indentation of the lines around it, found another',
      hint: 'items of one list or map begin in one column',
    }
  }
  if (/Unresolved alias/i.test(error.message)) {
    return { message: `expected an anchor defined earlier, found ${found}` }
  }
  const missing = /Missing closing (["'])quote/.exec(error.message)?.[1]
  if (missing !== undefined) return { message: `expected a closing ${missing}, found none` }
  if (/must end with a ([\]}])/.test(error.message)) {
    const bracket = /must end with a ([\]}])/.exec(error.message)?.[1] ?? ']'
    return { message: `expected "${bracket}", found ${found}` }
  }
  if (/Implicit keys need to be on a single line|Implicit map keys need/.test(error.message)) {
    return { message: `expected ":" behind the key, found ${found}` }
  }
  return { message: `expected YAML, found ${found}` }
}

function foundAt(error: YAMLError, place: Place): string {
  const written = place.text.slice(error.pos[0]).split(/\r?\n/, 1)[0] ?? ''
  const token = /^(?:"[^"]*"|'[^']*'|[\w.+*&!/-]+|\S)/.exec(written)?.[0]
  if (token !== undefined) return `"${token.replace(/^(["'])(.*)\1$/, '$2')}"`
  return error.pos[0] >= place.text.length ? 'the end of the file' : 'the end of the line'
}
