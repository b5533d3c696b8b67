/** A file that is written in large pieces and has its own name only when it is whole. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs'

export interface OpenFile {
  write(text: string): void
  /** Under its own name only when it is whole. */
  finish(): void
}

const chunkLength = 1 << 18

export function openFile(path: string): OpenFile {
  const partial = `${path}.part`
  const descriptor = openSync(partial, 'w')
  let pending = ''
  const flush = (): void => {
    writeSync(descriptor, pending)
    pending = ''
  }
  return {
    write(text) {
      pending += text
      if (pending.length >= chunkLength) flush()
    },
    finish() {
      flush()
      closeSync(descriptor)
      renameSync(partial, path)
    },
  }
}

export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
