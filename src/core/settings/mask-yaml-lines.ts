/** Lines of a YAML file as they may be shown: what stands behind a key that is called like a secret is not. */
import { nearestName } from '../diagnostic.ts'
import { looksSecret, mask } from './secrets.ts'

/** A key somewhere in a line, and what follows it. */
const keyed = /^(\s*(?:- +)*|.*?[{,]\s*)(["']?)([\w.-]+)\2(\s*:)(?=\s|$)(.*)$/

export function maskYamlLines(lines: readonly string[]): readonly string[] {
  /** Lines that are further in than this belong to a secret; undefined: none does. */
  let secretAt: number | undefined
  return lines.map((line) => {
    const indent = line.search(/\S/)
    if (secretAt !== undefined && (indent < 0 || indent > secretAt)) {
      return indent < 0 ? line : `${line.slice(0, indent)}${mask}`
    }
    secretAt = undefined
    const masked = maskLine(line)
    if (masked !== line || endsWithSecret(line)) secretAt = indent
    return masked.replaceAll(/(:\/\/[^\s:/@"']+:)[^\s@"']+@/g, `$1${mask}@`)
  })
}

/** From the left, key by key: of a flow map one of several may be a secret. */
function maskLine(line: string): string {
  let done = ''
  let rest = line
  for (;;) {
    const match = keyed.exec(rest)
    if (match === null) return done + rest
    const [, before = '', quote = '', key = '', colon = '', after = ''] = match
    done += `${before}${quote}${key}${quote}${colon}`
    rest = after
    if (!isSecretKey(key)) continue
    const isFlow = /[{,]\s*$/.test(before)
    const value = isFlow
      ? (/^\s*(?:"[^"]*"?|'[^']*'?|\[[^\]]*\]?|[^,}]*)/.exec(after)?.[0] ?? '')
      : after
    done += maskValue(value)
    rest = after.slice(value.length)
  }
}

/** What asks the environment says where the secret is, and not what it is. */
function maskValue(value: string): string {
  if (/^\s*([|>][+-]?\d*|#.*)?\s*$/.test(value)) return value
  if (/^\s*(["']?)\{\{\s*(env|var)\s+(['"])[\w.-]+\3(\s+(''|""))?\s*\}\}\1\s*$/.test(value))
    return value
  return ` ${mask}`
}

function endsWithSecret(line: string): boolean {
  const match = /([\w.-]+)["']?\s*:\s*([|>][+-]?\d*)?\s*(#.*)?$/.exec(line)
  return match !== null && isSecretKey(match[1] ?? '')
}

const secretWords = ['password', 'passphrase', 'secret', 'access_token', 'api_key', 'private_key']

/** Also one that is misspelt: the line is shown because it is. */
function isSecretKey(key: string): boolean {
  return looksSecret(key) || /pwd/i.test(key) || nearestName(key, secretWords) !== undefined
}
