/** The values of one command's flags, from the command line or from `ASSAY_*` variables, checked as they are read. */
import { nearestName } from '../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { UsageError } from './usage-error.ts'

interface FlagSources {
  /** As commander gives them: camelCase names, text, lists of text, true or false. */
  readonly values: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** `flags:` of assay.yml, by dbt's names (`fail_fast`); left out: none. */
  readonly flags?: JsonObject
  /** What stands behind the command's name, in order; left out: nothing. */
  readonly words?: readonly string[]
}

/**
 * Names are those of the flags in camelCase: `failFast` is `--fail-fast`, `ASSAY_FAIL_FAST` and `fail_fast` of `flags:`.
 * The command line comes first, then the environment, then the project.
 */
export class FlagValues {
  readonly #values: FlagSources['values']
  readonly #env: FlagSources['env']
  readonly #flags: JsonObject
  readonly #words: readonly string[]

  constructor({ values, env, flags = {}, words = [] }: FlagSources) {
    this.#values = values
    this.#env = env
    this.#flags = flags
    this.#words = words
  }

  text(name: string): string | undefined {
    return this.#found(name)?.text
  }

  /** A word behind the command's name, counted from 0; the command line has been checked for their number. */
  word(place: number): string {
    return this.#words[place] ?? ''
  }

  /** On the command line itself; undefined also where only a variable or the project says something. */
  typed(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  /** Every value given under any of the names; only when there is none, the variables. */
  list(...names: readonly string[]): readonly string[] {
    const given = names.flatMap((name) => {
      const value = this.#values[name]
      return Array.isArray(value) ? value.map(String) : []
    })
    if (given.length > 0) return given
    return names.flatMap((name) => this.#variable(name)?.text ?? [])
  }

  isOn(name: string, byDefault = false): boolean {
    return this.choiceToBe(name) ?? byDefault
  }

  /** undefined when neither the flag nor its opposite was given. */
  choiceToBe(name: string): boolean | undefined {
    const value = this.#values[name]
    if (typeof value === 'boolean') return value
    const variable = this.#variable(name)
    if (variable === undefined) return undefined
    const text = variable.text.toLowerCase()
    if (['1', 'true', 'yes', 'on'].includes(text)) return true
    if (['0', 'false', 'no', 'off'].includes(text)) return false
    throw new UsageError(`expected true or false for ${variable.from}, found "${variable.text}"`)
  }

  oneOf<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    byDefault: Choice,
  ): Choice {
    const found = this.#found(name)
    if (found === undefined) return byDefault
    return checkedChoice(found, choices)
  }

  /** Words of each value apart, each of them one of the choices. */
  severalOf(names: readonly string[], choices: readonly string[]): readonly string[] {
    const from = flagName(names[0] ?? '')
    return this.list(...names)
      .flatMap((text) => text.split(/[\s,]+/))
      .filter((word) => word !== '')
      .map((text) => checkedChoice({ text, from }, choices))
  }

  wholeNumber(name: string, least: number): number | undefined {
    const found = this.#found(name)
    if (found === undefined) return undefined
    const number = Number(found.text)
    if (/^-?\d+$/.test(found.text) && number >= least && Number.isSafeInteger(number)) return number
    throw new UsageError(
      `expected a whole number from ${least} for ${found.from}, found "${found.text}"`,
    )
  }

  /** Zero or more, also as `1e-6`. */
  positiveNumber(name: string): number | undefined {
    const found = this.#found(name)
    if (found === undefined) return undefined
    const number = Number(found.text)
    if (found.text.trim() !== '' && Number.isFinite(number) && number >= 0) return number
    throw new UsageError(`expected a number from 0 for ${found.from}, found "${found.text}"`)
  }

  #found(name: string): Found | undefined {
    const value = this.#values[name]
    if (typeof value === 'string') return { text: value, from: flagName(name) }
    return this.#variable(name)
  }

  /** An empty variable counts as none. */
  #variable(name: string): Found | undefined {
    const from = variableName(name)
    const text = this.#env[from] ?? ''
    return text === '' ? this.#projectFlag(name) : { text, from }
  }

  #projectFlag(name: string): Found | undefined {
    const key = snakeCase(name)
    const value = Object.hasOwn(this.#flags, key) ? this.#flags[key] : undefined
    if (value === undefined || value === null) return undefined
    return { text: textOf(value), from: `"${key}" under flags: of assay.yml` }
  }
}

interface Found {
  readonly text: string
  /** The flag or the variable it came from, for messages. */
  readonly from: string
}

function checkedChoice<Choice extends string>(found: Found, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === found.text)
  if (choice !== undefined) return choice
  const nearest = nearestName(found.text, choices)
  throw new UsageError(
    `expected one of ${choices.map((each) => `"${each}"`).join(', ')} for ${found.from}, found "${found.text}"`,
    nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  )
}

/** A list is what several words of a flag are, a map what its text would be. */
function textOf(value: Json): string {
  if (isJsonArray(value)) return value.map(textOf).join(' ')
  return isJsonObject(value) ? JSON.stringify(value) : String(value)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function flagName(name: string): string {
  return `--${snakeCase(name).replaceAll('_', '-')}`
}

function variableName(name: string): string {
  return `ASSAY_${snakeCase(name).toUpperCase()}`
}
