/** The process's environment over the project's `.env`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { readText } from './read-text.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export function readEnvironment(
  root: string,
  processEnv: Environment,
): { readonly env: Environment; readonly faults: readonly Diagnostic[] } {
  if (!existsSync(join(root, '.env'))) return { env: processEnv, faults: [] }
  const file = readText(root, '.env')
  if (!file.ok) return { env: processEnv, faults: [file.diagnostic] }
  const set = Object.entries(processEnv).filter(([, value]) => value !== undefined)
  return { env: { ...parseEnv(file.text), ...Object.fromEntries(set) }, faults: [] }
}
