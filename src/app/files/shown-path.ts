/** A path as people are told of it. */
import { relative } from 'node:path'

/** Relative to a folder where it lies in it, else as it is. */
export function shownPath(folder: string, path: string): string {
  const near = relative(folder, path)
  return near.startsWith('..') ? path : near
}
