/** Who may pass: a key for what it asks, and not too often; those who guess keys are counted, too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import rateLimit from '@fastify/rate-limit'
import type { Scope, ServeSettings } from '../../core/settings/serve-settings.ts'
import { createAuthenticate } from '../access/authenticate.ts'
import { ProblemError } from '../problem.ts'

export interface Gate {
  /** Throws a `ProblemError`. */
  pass(asked: FastifyRequest, reply: FastifyReply, rules: GateRules): Promise<void>
  /** Name of the key that let it pass. */
  callerOf(asked: FastifyRequest): string | undefined
}

export interface GateRules {
  readonly scope: Scope | 'open'
  readonly isLimited: boolean
}

export async function createGate(app: FastifyInstance, settings: ServeSettings): Promise<Gate> {
  const { requests: max, perMs: timeWindow } = settings.rateLimit
  const callers = new WeakMap<FastifyRequest, string>()
  await app.register(rateLimit, { global: false, cache: 20_000 })
  const check = app.createRateLimit({
    max,
    timeWindow,
    keyGenerator: (asked) => {
      const caller = callers.get(asked)
      return caller === undefined ? `ip ${asked.ip}` : `key ${caller}`
    },
  })
  const limit = async (asked: FastifyRequest, reply: FastifyReply) => {
    const answer = await check(asked)
    if (answer.isAllowed) return
    const { remaining, ttlInSeconds, isExceeded } = answer
    void reply.headers({
      'ratelimit-limit': String(max),
      'ratelimit-remaining': String(remaining),
      'ratelimit-reset': String(ttlInSeconds),
    })
    if (!isExceeded) return
    throw new ProblemError(
      'too-many-requests',
      `expected at most ${max} requests in ${timeWindow / 1000} s, found more`,
      { headers: { 'retry-after': String(Math.max(1, ttlInSeconds)) } },
    )
  }
  const authenticate = createAuthenticate(settings)
  return {
    pass: async (asked, reply, { scope, isLimited }) => {
      const { authorization, 'x-api-key': apiKey } = asked.headers
      const sent = { authorization, apiKey: typeof apiKey === 'string' ? apiKey : undefined }
      try {
        const caller = authenticate(sent, scope)
        if (caller !== undefined) callers.set(asked, caller)
      } catch (error) {
        await limit(asked, reply)
        throw error
      }
      if (isLimited) await limit(asked, reply)
    },
    callerOf: (asked) => callers.get(asked),
  }
}
