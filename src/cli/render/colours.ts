/** Colour by name, or none at all: decided once for each stream. */

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

export function paintWith(isColoured: boolean): Paint {
  if (!isColoured) return (_, text) => text
  return (colour, text) => {
    const [open, close] = codes[colour]
    return text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`
  }
}

interface ColourWish {
  readonly isTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** From `--use-colors` and `--no-color`; undefined leaves it to the surroundings. */
  readonly flag: boolean | undefined
}

/** The flag decides; then FORCE_COLOR, then NO_COLOR, then whether a terminal is there. */
export function isColourWanted({ isTerminal, env, flag }: ColourWish): boolean {
  if (flag !== undefined) return flag
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  return isTerminal && env['TERM'] !== 'dumb'
}
