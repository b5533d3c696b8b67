/** Lines that cannot be read at all, as dead letters keep them. */
import type { DeadReason, Original } from '../../../records/dead-record.ts'
import type { Line } from './split-lines.ts'

export interface BrokenLine {
  readonly reason: DeadReason
  readonly original: Original
}

export function tooLong({ bytes, length }: Line, maxRecordBytes: number): BrokenLine {
  return {
    reason: {
      code: 'record-too-long',
      message: `expected a record of at most ${maxRecordBytes} bytes, found one of ${length}`,
    },
    original: { encoding: 'cut', text: beginning(bytes) },
  }
}

/** Up to the last whole character. */
function beginning(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replaceAll('\0', '')
    .replace(/\uFFFD+$/, '')
}

export function notUtf8(bytes: Buffer): BrokenLine {
  return {
    reason: { code: 'invalid-encoding', message: 'expected UTF-8, found other bytes' },
    original: { encoding: 'base64', text: bytes.toString('base64') },
  }
}
