/** Texts of YAML files: `env`, `var`, `target` and helpers without effect. */
import { expect, test } from 'vitest'
import { renderScalar } from '../../../../src/project/template/render-scalar.ts'
import { environmentOf, lines } from './support.ts'

const span = { path: 'assay.yml', line: 4, column: 11, length: 20 }

function scalarOf(text: string) {
  const scalar = renderScalar(text, { environment: environmentOf(), span })
  return scalar.ok ? scalar.value : lines(scalar.diagnostics)
}

test('templates are rendered, other texts are as they were', () => {
  expect(
    [
      'plain {text} # }}',
      `{{env 'PORT' '1'}}`,
      '{{var "limit"}}{{target.name}}{{upper (env "ABSENT" "x")}}',
      '{{#if (eq target.name "dev")}}a{{else}}b{{/if}}',
      '\\{{x}}',
    ].map(scalarOf),
  ).toEqual([
    { text: 'plain {text} # }}', isTemplate: false },
    { text: '5432', isTemplate: true },
    { text: '10devX', isTemplate: true },
    { text: 'a', isTemplate: true },
    { text: '{{x}}', isTemplate: false },
  ])
})

test.each([
  [
    '{{env "ABSENT"}}',
    'missing-env assay.yml:4:11+20 expected a value for the environment variable "ABSENT", found none | set it in the environment or in .env, or give a default',
  ],
  [
    '{{var "limt"}}',
    'missing-var assay.yml:4:11+20 expected a value for the var "limt", found none | did you mean "limit"? else set it under vars: of assay.yml or with --vars, or give a default',
  ],
  [
    '{{var "days"}}',
    'not-printable assay.yml:4:11+20 expected text, a number, a boolean or a relation to print, found a list | print its items with {{#each}} or (join xs ", ")',
  ],
  [
    '{{ref "a"}}',
    'unknown-name assay.yml:4:11+20 expected the name of a helper or macro, found "ref"',
  ],
  [
    '{{this}}',
    'unknown-name assay.yml:4:11+20 expected the template of a model for "this", found one that has no relation',
  ],
  [
    '{{invocation_id}}',
    'unknown-name assay.yml:4:11+20 expected a name in scope, found "invocation_id"',
  ],
  [
    '{{config a=1}}',
    'unknown-name assay.yml:4:11+20 expected the name of a helper or macro, found "config"',
  ],
  [
    `{{ env_var('X') }}`,
    `jinja-syntax assay.yml:4:11+20 expected Handlebars, found Jinja {{ env_var('X') }} | write {{env "X"}}`,
  ],
  ['{{env "X"', 'template-syntax assay.yml:4:11+20 expected }}, found the end of the file'],
])('%s', (text, fault) => {
  expect(scalarOf(text)).toEqual([fault])
})
