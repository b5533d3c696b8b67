/** Writes a tag, comment or mustache of Jinja in Handlebars, for a hint. */
import type { JinjaExpression } from './jinja-expression.ts'
import { parseJinjaArguments, parseJinjaExpression } from './parse-expression.ts'

interface Trimmed {
  readonly inner: string
  readonly open: string
  readonly close: string
}

/** `{{ ref('x') }}`, or a Handlebars tag with Jinja inside. undefined: there is no plain form. */
export function translateMustache(piece: string): string | undefined {
  const { inner, open, close } = trim(piece)
  const block = /^(#\w+|else\s+\w+)\s+([\s\S]*?)(\s+as\s+\|[^|]*\|)?$/.exec(inner)
  if (block !== null) {
    const [, head = '', argument = '', parameters = ''] = block
    const value = translate(argument)
    return value === undefined ? undefined : `${open}${head} ${value}${parameters}${close}`
  }
  const choice = /^([\s\S]+)\sif\s([\s\S]+?)(?:\selse\s([\s\S]+))?$/.exec(inner)
  if (choice !== null) return translateChoice(choice)
  const expression = parseJinjaExpression(inner)
  return expression === undefined ? undefined : `${open}${bare(expression)}${close}`
}

function translateChoice([, whenTrue = '', condition = '', whenFalse]: readonly (
  | string
  | undefined
)[]): string | undefined {
  const parts = [whenTrue, condition, whenFalse ?? '""'].map(parseJinjaExpression)
  const [yes, test, no] = parts
  if (yes === undefined || test === undefined || no === undefined) return undefined
  const otherwise = whenFalse === undefined ? '' : `{{else}}${shown(no)}`
  return `{{#if ${nested(test)}}}${shown(yes)}${otherwise}{{/if}}`
}

/** A text stands by itself, anything else in a mustache. */
function shown(expression: JinjaExpression): string {
  const isText = expression.kind === 'text' && /^["']/.test(expression.text)
  return isText ? expression.text.slice(1, -1) : `{{${bare(expression)}}}`
}

export function translateComment(piece: string): string {
  return `{{!-- ${piece.slice(2, -2).replaceAll(/^-|-$/g, '').trim()} --}}`
}

const plainTags: Readonly<Record<string, string>> = {
  else: 'else',
  endif: '/if',
  endfor: '/each',
  endset: '/let',
  endmacro: '/macro',
  endtest: '/test',
}

/** What is another thing here, or none: said as `write ..` goes on. */
const otherForms: ReadonlyMap<string, string> = new Map([
  // A snapshot is a file, not a block of one.
  [
    'snapshot',
    'only its SELECT, in a file of its name, below {{config materialized="snapshot" ..}}',
  ],
  ['endsnapshot', 'nothing: a snapshot is a file, which ends with its SELECT'],
  ['raw', '\\{{ where braces are meant as they are'],
  ['endraw', 'nothing: \\{{ is for one pair of braces'],
  ['materialization', 'a macro get_incremental_<name>_sql, which is a strategy of your own'],
  ['endmaterialization', 'nothing: materializations are built in'],
])

/** `{% if x %}` and its like. */
export function translateTag(piece: string): string | undefined {
  const { inner, open, close } = trim(piece)
  const [, keyword = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(inner) ?? []
  const plain = plainTags[keyword]
  if (plain !== undefined) return `${open}${plain}${close}`
  const other = otherForms.get(keyword)
  if (other !== undefined) return other
  const body = translateOpening(keyword, rest)
  if (body === undefined) return undefined
  return keyword === 'set' ? `${open}${body}${close}..{{/let}}` : `${open}${body}${close}`
}

function translateOpening(keyword: string, rest: string): string | undefined {
  switch (keyword) {
    case 'if':
    case 'elif': {
      const condition = translate(rest)
      const head = keyword === 'if' ? '#if' : 'else if'
      return condition === undefined ? undefined : `${head} ${condition}`
    }
    case 'for':
      return translateLoop(rest)
    case 'set': {
      const [, name, value] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? []
      return name === undefined ? '#let x=..' : `#let ${name}=${translate(value ?? '') ?? '..'}`
    }
    case 'macro':
    case 'test':
      return translateDefinition(keyword, rest)
    case 'call':
    case 'do': {
      const expression = parseJinjaExpression(rest)
      if (expression === undefined) return undefined
      return keyword === 'call' ? `#${bare(expression)}` : bare(expression)
    }
    default:
      return undefined
  }
}

function translateLoop(rest: string): string | undefined {
  const pair = /^(\w+)\s*,\s*(\w+)\s+in\s+([\s\S]+?)\.items\(\)$/.exec(rest)
  if (pair !== null) {
    const [, key = '', value = '', among = ''] = pair
    const dict = translate(among)
    return dict === undefined ? undefined : `#each ${dict} as |${value} ${key}|`
  }
  const [, name, among] = /^(\w+)\s+in\s+([\s\S]+)$/.exec(rest) ?? []
  const list = translate(among ?? '')
  return name === undefined || list === undefined ? undefined : `#each ${list} as |${name}|`
}

function translateDefinition(keyword: string, rest: string): string | undefined {
  const [, name, parameters] = /^(\w+)\s*\(([\s\S]*)\)$/.exec(rest) ?? []
  const given = parseJinjaArguments(parameters ?? '')
  if (name === undefined || given === undefined) return undefined
  const positional = given.args.map((argument) => ` "${bare(argument)}"`).join('')
  const named = given.named.map(([key, value]) => ` ${key}=${nested(value)}`).join('')
  return `#${keyword} "${name}"${positional}${named}`
}

/** `-` beside the braces becomes `~`. */
function trim(piece: string): Trimmed {
  const inner = piece.slice(2, -2)
  const open = /^[-~]/.test(inner) ? '{{~' : '{{'
  const close = /[-~]$/.test(inner) ? '~}}' : '}}'
  return { inner: inner.replaceAll(/^[-~+]|[-~+]$/g, '').trim(), open, close }
}

function translate(text: string): string | undefined {
  const expression = parseJinjaExpression(text)
  return expression === undefined ? undefined : nested(expression)
}

function nested(expression: JinjaExpression): string {
  return expression.kind === 'text' ? expression.text : `(${bare(expression)})`
}

function bare(expression: JinjaExpression): string {
  if (expression.kind === 'text') return expression.text
  const args = expression.args.map((argument) => ` ${nested(argument)}`)
  const named = expression.named.map(([key, value]) => ` ${key}=${nested(value)}`)
  return [expression.name, ...args, ...named].join('')
}
