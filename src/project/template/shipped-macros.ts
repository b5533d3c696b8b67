/** A macro file that ships with the framework to its definitions: their heads are read at once, their bodies when one is first asked for. */
import { adapterNames } from '../../core/target.ts'
import { parseMacroFile } from './parse-macro-file.ts'
import { createSourceText, spanOf } from './syntax/source-text.ts'
import type { TemplateMacro } from './template.ts'

/** Each opening tag begins a line and is all of it, each closing tag likewise: a test holds the files to it. */
const opening = /^\{\{#(macro|test) "(\w+)"(.*)\}\}$/gm
/** A text, a bracket, or the name before `=`. */
const headPart = /"([^"]*)"|([()])|(\w+)=/g

/** Parsing all of them takes longer than starting, and most commands call a few of them or none. */
export function shippedMacros(file: {
  readonly path: string
  readonly text: string
}): readonly TemplateMacro[] {
  const source = createSourceText(file.path, file.text)
  let parsed: readonly TemplateMacro[] | undefined
  const parsedAt = (place: number): TemplateMacro => {
    parsed ??= definitionsOf(file)
    const definition = parsed[place]
    if (definition === undefined) throw new Error(`${file.path} has fewer macros than heads`)
    return definition
  }
  return [...file.text.matchAll(opening)].map((head, place) => {
    const [tag = '', kind, name = '', rest = ''] = head
    const closing = `\n{{/${kind}}}`
    return {
      language: 'template',
      kind: kind === 'test' ? 'test' : 'macro',
      name,
      adapter: adapterNames.find((each) => rest.endsWith(` adapter="${each}"`)),
      parameters: parametersIn(rest),
      source,
      span: spanOf(source, { start: head.index, end: head.index + tag.length }),
      end: file.text.indexOf(closing, head.index) + closing.length,
      isBuiltIn: true,
      get positional() {
        return parsedAt(place).positional
      },
      get named() {
        return parsedAt(place).named
      },
      get body() {
        return parsedAt(place).body
      },
      get takesBlock() {
        return parsedAt(place).takesBlock
      },
      get gives() {
        return parsedAt(place).gives
      },
    }
  })
}

function definitionsOf(file: Parameters<typeof shippedMacros>[0]): readonly TemplateMacro[] {
  const definitions = parseMacroFile(file, { isBuiltIn: true })
  if (definitions.ok) return definitions.value
  throw new Error(definitions.diagnostics.map(({ message }) => message).join('\n'))
}

/** Names in quotes, then those with a default; what stands in brackets is a part of a default. */
function parametersIn(head: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let isDefault = false
  for (const [, text, bracket, name] of head.matchAll(headPart)) {
    if (bracket !== undefined) depth += bracket === '(' ? 1 : -1
    else if (depth > 0) continue
    else if (name !== undefined && name !== 'adapter') found.push(name)
    else if (text !== undefined && !isDefault) found.push(text)
    isDefault = name !== undefined
  }
  return found
}
