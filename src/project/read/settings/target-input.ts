/** What the readers of targets are given, and how they leave out what was not said. */
import { resolve } from 'node:path'
import type { PlacedMap } from '../yaml/placed-value.ts'

export interface TargetInput {
  readonly name: string
  readonly map: PlacedMap
  /** Absolute folder of the project. */
  readonly root: string
  /** From --threads. */
  readonly threads: number | undefined
}

export function optional<K extends string, V>(
  key: K,
  value: V | undefined,
): { readonly [key in K]?: V } {
  const pair: { [key in K]?: V } = {}
  if (value !== undefined) pair[key] = value
  return pair
}

export function absolute(root: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(root, path)
}
