/** A macro file that ships with the framework to its definitions: its heads are read at once, a body when it is first asked for. */
import { adapterNames } from '../../core/target.ts'
import { parseMacroFile } from './parse-macro-file.ts'
import { createSourceText, type Range, spanOf } from './syntax/source-text.ts'
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
  return [...file.text.matchAll(opening)].map((head) => {
    const [tag = '', kind, name = '', rest = ''] = head
    const closing = `\n{{/${kind}}}`
    const end = file.text.indexOf(closing, head.index) + closing.length
    let parsed: TemplateMacro | undefined
    const definition = () => {
      parsed ??= definitionIn(file, { start: head.index, end })
      return parsed
    }
    return {
      language: 'template',
      kind: kind === 'test' ? 'test' : 'macro',
      name,
      adapter: adapterNames.find((each) => rest.endsWith(` adapter="${each}"`)),
      parameters: parametersIn(rest),
      source,
      span: spanOf(source, { start: head.index, end: head.index + tag.length }),
      end,
      isBuiltIn: true,
      get positional() {
        return definition().positional
      },
      get named() {
        return definition().named
      },
      get body() {
        return definition().body
      },
      get takesBlock() {
        return definition().takesBlock
      },
      get gives() {
        return definition().gives
      },
    }
  })
}

/** Alone, and where it stands in the file: others of the file may never be called. */
function definitionIn(file: Parameters<typeof shippedMacros>[0], { start, end }: Range) {
  const text = file.text.slice(0, start).replaceAll(/[^\n]/g, ' ') + file.text.slice(start, end)
  const definitions = parseMacroFile({ path: file.path, text }, { isBuiltIn: true })
  if (!definitions.ok) {
    throw new Error(definitions.diagnostics.map(({ message }) => message).join('\n'))
  }
  const [definition] = definitions.value
  if (definition === undefined) throw new Error(`${file.path} has a head without a macro`)
  return definition
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
