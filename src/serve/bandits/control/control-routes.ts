/** `/bandits/experiments`: what state each is in; `/pause`, `/resume`, `/end` and `/budget` below one change it, with an audit row. */
import type { ExperimentValue } from '../../../core/node/experiment.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import { problemSchema } from '../../problem.ts'
import { jsonReply, type Route } from '../../route.ts'
import type { BanditDesk } from '../bandit-desk.ts'
import { idSchema, textOf } from '../request-texts.ts'
import {
  controlStates,
  type ControlVerb,
  controlVerbs,
  type ExperimentControl,
} from './control-state.ts'
import { type Acted, actionFields } from './controls.ts'

const budgetSchema: JsonObject = {
  type: ['number', 'null'],
  minimum: 0,
  maximum: 1e12,
  description:
    'Most that may be spent, or taken in where no cost is declared, before it is drawn no more; null: without a limit.',
}

const controlProperties: JsonObject = {
  state: { type: 'string', enum: controlStates },
  budget: budgetSchema,
}

const experimentSchema: JsonObject = {
  type: 'object',
  required: ['experiment_id', 'state', 'arms'],
  properties: {
    experiment_id: { type: 'string' },
    label: { type: 'string' },
    objective: { type: 'string' },
    starts_at: { type: ['string', 'null'] },
    ends_at: { type: ['string', 'null'] },
    ...controlProperties,
    arms: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          price_id: { type: 'string' },
          label: { type: 'string' },
          price: { type: ['number', 'null'] },
          planned_share: { type: 'number' },
          is_control: { type: 'boolean' },
          ...controlProperties,
        },
      },
    },
  },
}

const actionSchema: JsonObject = {
  type: 'object',
  required: ['action_id', 'experiment_id', 'action', 'state_before', 'state_after', 'is_repeated'],
  properties: {
    action_id: { type: 'string' },
    experiment_id: { type: 'string' },
    price_id: { type: ['string', 'null'], description: 'null: the experiment as a whole.' },
    action: { type: 'string', enum: controlVerbs },
    reason: { type: 'string' },
    acted_by: { type: 'string', description: 'Name of the key.' },
    acted_at: { type: 'string', format: 'date-time' },
    state_before: { type: 'string', enum: controlStates },
    state_after: { type: 'string', enum: controlStates },
    budget_before: { type: ['number', 'null'] },
    budget_after: { type: ['number', 'null'] },
    is_repeated: { type: 'boolean', description: 'It was done before under this action_id.' },
  },
}

const summaries: Readonly<Record<ControlVerb, readonly [operationId: string, summary: string]>> = {
  pause: ['pauseExperiment', 'Draws nothing until it is resumed'],
  resume: ['resumeExperiment', 'Draws again'],
  end: ['endExperiment', 'Draws nothing any more'],
  budget: ['setBudget', 'Sets what may be spent before nothing is drawn'],
}

export function controlRoutes(desk: BanditDesk, isSteered: boolean): readonly Route[] {
  const list: Route = {
    method: 'GET',
    path: '/bandits/experiments',
    operationId: 'listExperiments',
    tag: 'bandits',
    summary: 'The experiments that select arms, and the state of each',
    scope: 'read',
    responses: {
      200: {
        description: 'By name.',
        schema: {
          type: 'object',
          properties: { experiments: { type: 'array', items: experimentSchema } },
        },
      },
    },
    handle: async () => {
      const experiments: JsonObject[] = []
      for (const experiment of desk.experiments()) {
        experiments.push(experimentJson(experiment, await desk.controlOf(experiment)))
      }
      return jsonReply({ experiments })
    },
  }
  return isSteered ? [list, ...controlVerbs.map((verb) => controlRoute(desk, verb))] : [list]
}

function controlRoute(desk: BanditDesk, verb: ControlVerb): Route {
  const [operationId, summary] = summaries[verb]
  return {
    method: 'POST',
    path: `/bandits/experiments/{experiment_id}/${verb}`,
    operationId,
    tag: 'bandits',
    summary,
    description:
      'Of the experiment, or of one arm. Effective at once in this server, and kept with who did it, when and why before it is answered.',
    scope: 'admin',
    request: {
      params: {
        experiment_id: {
          type: 'string',
          maxLength: 128,
          examples: desk.experiments().map(({ name }) => name),
        },
      },
      body: {
        type: 'object',
        required: verb === 'budget' ? ['reason', 'budget'] : ['reason'],
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 500,
            description: 'Why, for those who ask later.',
          },
          price_id: { ...idSchema, description: 'One arm; left out: the experiment as a whole.' },
          action_id: {
            ...idSchema,
            description: 'Of the caller: the same again does it once, and gives the same answer.',
          },
          ...(verb === 'budget' ? { budget: budgetSchema } : {}),
        },
        additionalProperties: false,
      },
    },
    responses: {
      200: { description: 'It is done.', schema: actionSchema },
      404: {
        description: 'No such experiment or arm is declared.',
        contentType: 'application/problem+json',
        schema: problemSchema,
      },
      409: {
        description:
          'It is not in a state that allows this, or the action_id is that of another action.',
        contentType: 'application/problem+json',
        schema: problemSchema,
      },
    },
    handle: async ({ params, body, caller }) => {
      const acted = await desk.act({
        actionId: textOf(body, 'action_id') ?? undefined,
        experiment: desk.experiment(params['experiment_id'] ?? ''),
        priceId: textOf(body, 'price_id'),
        action: verb,
        budget: budgetOf(body),
        reason: textOf(body, 'reason') ?? '',
        actedBy: caller ?? 'anonymous',
      })
      return jsonReply(actionJson(acted))
    },
  }
}

function budgetOf(body: Json): number | null {
  const budget = isJsonObject(body) ? body['budget'] : undefined
  return typeof budget === 'number' ? budget : null
}

function actionJson({ action, isRepeated }: Acted): JsonObject {
  return { ...actionFields(action), is_repeated: isRepeated }
}

function experimentJson(experiment: ExperimentValue, { whole, arms }: ExperimentControl) {
  return {
    experiment_id: experiment.name,
    label: experiment.label,
    objective: experiment.objective,
    starts_at: experiment.start,
    ends_at: experiment.end,
    state: whole.state,
    budget: whole.budget,
    arms: experiment.variants.map((variant) => ({
      price_id: variant.name,
      label: variant.label,
      price: variant.price,
      planned_share: variant.share,
      is_control: variant.is_control,
      state: arms.get(variant.name)?.state ?? 'running',
      budget: arms.get(variant.name)?.budget ?? null,
    })),
  }
}
