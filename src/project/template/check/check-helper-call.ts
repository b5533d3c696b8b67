/** Checks a helper's call against its signature: where it stands, how many arguments, which names. */
import { nearestName } from '../../../core/diagnostic.ts'
import { type HelperSignature, signatureOf } from '../helpers/signatures.ts'
import type { Call } from '../syntax/syntax-tree.ts'
import type { Checker } from './check-scope.ts'

interface HelperUse {
  readonly name: string
  readonly call: Call
  readonly form: 'print' | 'value' | 'block'
  /** Outside all blocks and macros. */
  readonly isTop: boolean
  /** Inside a macro. */
  readonly gives: boolean
}

export function checkHelperCall(checker: Checker, use: HelperUse): void {
  const signature = signatureOf(use.name)
  if (signature === undefined) return
  if (!checkForm(checker, use, signature)) return
  checkPositional(checker, use, signature)
  checkNamed(checker, use, signature)
  const isResult = use.name === 'return' || use.name === 'yield'
  if (isResult && !use.gives) {
    const message = `expected ${use.name} inside {{#macro}}, found it outside`
    checker.report(use.call.range, { code: 'wrong-arguments', message })
  }
  if (use.name !== 'config' || use.isTop) return
  checker.report(use.call.range, {
    code: 'misplaced-config',
    message: 'expected config at the top level of the file, found it inside a block or macro',
    hint: 'config is read before anything is rendered: choose its values instead, e.g. (var "x")',
  })
}

function checkForm(checker: Checker, use: HelperUse, signature: HelperSignature): boolean {
  const { name, call, form } = use
  const hint = `write ${signature.usage}`
  const refuse = (message: string): boolean => {
    checker.report(form === 'block' ? call.range : call.callee.range, {
      code: 'wrong-arguments',
      message,
      hint,
    })
    return false
  }
  if (signature.form === 'block') {
    return form === 'block' || refuse(`expected {{#${name}}} as a block, found it without #`)
  }
  if (form === 'block') return refuse(`expected ${name} without a block, found {{#${name}}}`)
  if (signature.form === 'statement' && form === 'value') {
    return refuse(`expected a value, found ${name}, which gives none`)
  }
  return true
}

function checkPositional(checker: Checker, use: HelperUse, signature: HelperSignature): void {
  const { name, call } = use
  const [fewest, most] = signature.positional
  const found = call.args.length
  if (found >= fewest && found <= most) return
  const surplus = found > most ? call.args[most]?.range : undefined
  checker.report(surplus ?? call.range, {
    code: 'wrong-arguments',
    message: `expected ${countOf(fewest, most)} for ${name}, found ${found}`,
    hint: `write ${signature.usage}`,
  })
}

function countOf(fewest: number, most: number): string {
  const noun = (count: number) => (count === 1 ? 'argument' : 'arguments')
  if (most === 0) return 'no argument without a name'
  if (most === Number.POSITIVE_INFINITY) return `at least ${fewest} ${noun(fewest)}`
  return fewest === most ? `${fewest} ${noun(fewest)}` : `${fewest} to ${most} arguments`
}

function checkNamed(checker: Checker, use: HelperUse, signature: HelperSignature): void {
  const { name, call } = use
  const seen = new Set<string>()
  for (const { key, range } of call.named) {
    if (seen.has(key)) {
      const message = `expected "${key}" of ${name} once, found it twice`
      checker.report(range, { code: 'wrong-arguments', message })
    }
    seen.add(key)
    const allowed = signature.named ?? []
    if (typeof allowed === 'string' || allowed.includes(key)) continue
    const nearest = nearestName(key, allowed)
    checker.report(range, {
      code: 'wrong-arguments',
      message: `expected no argument "${key}" for ${name}, found one`,
      hint: nearest === undefined ? `write ${signature.usage}` : `did you mean "${nearest}"?`,
    })
  }
  if (signature.named !== 'any' || call.named.length > 0) return
  checker.report(call.range, {
    code: 'wrong-arguments',
    message: `expected name=value for ${name}, found none`,
    hint: `write ${signature.usage}`,
  })
}
