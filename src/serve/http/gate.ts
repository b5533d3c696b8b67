/** Who may pass: a key for what it asks, and not too often; those who guess keys are counted, too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import rateLimit from '@fastify/rate-limit'
import type { Scope, ServeSettings } from '../../core/settings/serve-settings.ts'
import { createAuthenticate } from '../access/authenticate.ts'
import { createGuardNames } from '../access/guard-names.ts'
import { ProblemError } from '../problem.ts'

export interface Gate {
  /** Of every request, before its route is asked. Throws a `ProblemError`. */
  enter(asked: FastifyRequest): void
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
  const guardNames = createGuardNames(settings)
  return {
    enter: (asked) => {
      if (guardNames === undefined || authenticate(sentBy(asked), 'open') !== undefined) return
      guardNames({ host: asked.headers.host, origin: asked.headers.origin })
    },
    pass: async (asked, reply, { scope, isLimited }) => {
      try {
        const caller = authenticate(sentBy(asked), scope)
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

function sentBy({ headers: { authorization, 'x-api-key': apiKey } }: FastifyRequest) {
  return { authorization, apiKey: typeof apiKey === 'string' ? apiKey : undefined }
}
