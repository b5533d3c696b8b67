/** Bodies of requests: JSON, kept beside its value as it was sent, and nothing else. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseJson } from '../../core/json.ts'
import { ProblemError } from '../problem.ts'

const texts = new WeakMap<FastifyRequest, string>()

/** Digits included: a parsed number may have lost some. Empty: there was none. */
export function textOf(request: FastifyRequest): string {
  return texts.get(request) ?? ''
}

export function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>(
    /^application\/(?:[\w.-]+\+)?json(?:;|$)/,
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      const text = decode(bytes)
      const value = text === undefined ? undefined : parseJson(text)
      if (text === undefined || value === undefined) {
        const found = bytes.length === 0 ? 'an empty one' : 'one that is not'
        done(
          new ProblemError('invalid-request', `expected a body of JSON in UTF-8, found ${found}`),
        )
        return
      }
      texts.set(request, text)
      done(null, value)
    },
  )
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
