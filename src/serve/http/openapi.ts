/** The head of the OpenAPI document; its paths are made from the schemas that requests are checked by. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { JsonObject } from '../../core/json.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    shownBody?: JsonObject
  }
}

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    transform: ({ schema, url, route }) => {
      const shown = route.config?.shownBody
      return { schema: shown === undefined ? schema : { ...schema, body: shown }, url }
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Assay',
        version,
        description:
          'Events in, published tables out. Faults are application/problem+json; every answer has an x-request-id.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
    },
  }
}
