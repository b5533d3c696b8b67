/** `POST /bandits/select`: the arm that is shown next, drawn from the published shares and logged before it is answered. */
import type { ExperimentValue } from '../../../core/node/experiment.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { ProblemError, problemSchema } from '../../problem.ts'
import { jsonReply, type Route } from '../../route.ts'
import type { BanditDesk } from '../bandit-desk.ts'
import { idSchema, textOf } from '../request-texts.ts'
import { reasonsNotToDraw } from './choose-arm.ts'
import { selectionFields, selectionPolicies } from './selection.ts'
import type { Selected } from './selections.ts'

const bodySchema = (examples: readonly string[]): JsonObject => ({
  type: 'object',
  required: ['experiment_id'],
  properties: {
    experiment_id: {
      ...idSchema,
      examples,
      description: 'A declared experiment whose allocation is adaptive.',
    },
    selection_id: {
      ...idSchema,
      description:
        'Of the caller: the same again gives the same answer, and is logged once. Left out: the server makes one.',
    },
    user_id: { ...idSchema, description: 'Who will see it, if known.' },
    session_id: { ...idSchema, description: 'The visit, if known.' },
    context: {
      type: 'object',
      description:
        'Of the attributes that the experiment names under "context": they choose the segment, and are logged.',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      maxProperties: 20,
    },
    segment: {
      ...idSchema,
      description:
        'As bandit_weights has it, in place of "context". One without weights of its own is given those of all.',
    },
  },
  additionalProperties: false,
})

const nullable = (type: string): JsonObject => ({ type: [type, 'null'] })

const answerSchema: JsonObject = {
  type: 'object',
  required: ['selection_id', 'experiment_id', 'price_id', 'policy', 'propensity', 'is_repeated'],
  properties: {
    selection_id: { type: 'string', description: 'Send it with the events that follow.' },
    experiment_id: { type: 'string' },
    price_id: { type: 'string', description: 'The arm.' },
    label: nullable('string'),
    price: { ...nullable('number'), description: 'null: the arm is no price.' },
    segment: {
      ...nullable('string'),
      description: 'Whose shares were drawn from; null: those of all.',
    },
    policy: {
      type: 'string',
      enum: selectionPolicies,
      description:
        'posterior: drawn from bandit_weights. planned: by the declared shares, nothing is published yet. default: nothing was drawn, it is the control.',
    },
    reason: {
      type: ['string', 'null'],
      enum: [...reasonsNotToDraw, null],
      description: 'Why nothing was drawn.',
    },
    propensity: {
      type: 'number',
      description: 'The probability with which this arm was drawn, exactly.',
    },
    weights: { type: ['object', 'null'], additionalProperties: { type: 'number' } },
    snapshot_id: { ...nullable('string'), description: 'Of the posterior that the shares follow.' },
    context: nullable('object'),
    user_id: nullable('string'),
    session_id: nullable('string'),
    selected_at: { type: 'string', format: 'date-time' },
    selected_by: { type: 'string', description: 'Name of the key.' },
    is_repeated: {
      type: 'boolean',
      description: 'It was selected before under this selection_id.',
    },
  },
}

const problem = (description: string) =>
  ({ description, contentType: 'application/problem+json', schema: problemSchema }) as const

export function selectRoute(desk: BanditDesk): Route {
  return {
    method: 'POST',
    path: '/bandits/select',
    operationId: 'selectArm',
    tag: 'bandits',
    summary: 'Selects the arm that is shown next',
    description:
      'Drawn from the shares that the models have published. When it is answered the selection is on the disk, with its probability.',
    scope: 'select',
    request: { body: bodySchema(desk.experiments().map(({ name }) => name)) },
    responses: {
      200: { description: 'The arm.', schema: answerSchema },
      404: problem('No such experiment is declared.'),
      409: problem(
        'It does not run and has no control to show, or the selection_id is that of another selection.',
      ),
    },
    handle: async ({ body, caller }) => {
      const experiment = desk.experiment(textOf(body, 'experiment_id') ?? '')
      const context = contextOf(body, experiment)
      const selected = await desk.select({
        selectionId: textOf(body, 'selection_id') ?? undefined,
        experiment,
        segment: textOf(body, 'segment') ?? segmentOf(experiment, context),
        context,
        userId: textOf(body, 'user_id'),
        sessionId: textOf(body, 'session_id'),
        selectedBy: caller ?? 'anonymous',
      })
      return jsonReply(answer(experiment, selected))
    },
  }
}

function answer(experiment: ExperimentValue, { selection, isRepeated }: Selected): JsonObject {
  const arm = experiment.variants.find(({ name }) => name === selection.priceId)
  const { selection_id, experiment_id, price_id, ...rest } = selectionFields(selection)
  return {
    selection_id: selection_id ?? null,
    experiment_id: experiment_id ?? null,
    price_id: price_id ?? null,
    label: arm?.label ?? null,
    price: arm?.price ?? null,
    ...rest,
    is_repeated: isRepeated,
  }
}

function contextOf(body: Json, { context: names }: ExperimentValue): JsonObject | null {
  const context = isJsonObject(body) ? body['context'] : undefined
  if (!isJsonObject(context)) return null
  for (const [name, value] of Object.entries(context)) {
    if (!names.includes(name)) {
      throw new ProblemError(
        'invalid-request',
        'expected only attributes in "context" that the experiment declares, found another one',
        { more: { attributes: names } },
      )
    }
    if (typeof value === 'string') textOf(context, name)
  }
  return context
}

/** As models call it: `device=mobile,country=DE`, in the order of the declaration; the device in lower case, as in events. */
function segmentOf({ context: names }: ExperimentValue, context: JsonObject | null) {
  if (names.length === 0) return undefined
  const parts = names.map((name) => {
    const value = context?.[name] ?? 'unknown'
    const word = typeof value === 'string' ? value : JSON.stringify(value)
    return `${name}=${name === 'device' ? word.toLowerCase() : word}`
  })
  return parts.join(',')
}
