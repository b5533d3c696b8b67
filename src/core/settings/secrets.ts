/** Which environment variables hold secrets, and texts without their values. */

const prefixes = ['ASSAY_ENV_SECRET', 'DBT_ENV_SECRET'] as const

export function isSecretName(name: string): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix))
}

/** A text that is likely to hold one: values that users give a name of their own. */
export function looksSecret(text: string): boolean {
  return /passw|secret|token|credential|api_?key|private/i.test(text)
}

/** What stands for the value of a secret, as in dbt. */
export const mask = '*****'

/** The values that must not be shown: those of the process from the start, those of `.env` once it has been read. */
export class SecretMask {
  #values: readonly string[] = []

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.add(env)
  }

  add(env: Readonly<Record<string, string | undefined>>): void {
    const found = Object.entries(env).flatMap(([name, value = '']) =>
      isSecretName(name) && value !== '' ? [value] : [],
    )
    // The longest goes first, since one may hold another.
    this.#values = [...new Set([...this.#values, ...found])].toSorted(
      (left, right) => right.length - left.length,
    )
  }

  hide(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, mask), text)
  }
}
