import { describe, expect, test } from 'vitest'
import { manifestOf, saidOf } from '../parsed-project.ts'

const models = { 'models/orders.sql': 'select 1 as id', 'seeds/codes.csv': 'id\n1\n' }

function described(files: Readonly<Record<string, string>>) {
  return [...manifestOf({ ...models, ...files }).nodes.values()]
}

describe('K12: docs blocks', () => {
  test('both forms of a block are trimmed and kept as written, also __overview__', () => {
    const { docs } = manifestOf({
      ...models,
      'models/docs.md': `# Words for readers of the file
{% docs orders %}

One row an *order*, {{ nothing }} is rendered.

{% enddocs %}
{%- docs __overview__ -%}Welcome{%- enddocs -%}
{{#docs "ours"}} as ours {{/docs}}{{~#docs 'too'~}}x{{~/docs~}}
`,
      'models/readme.md': 'no blocks: a tag like {% if x %} is left alone',
    })
    expect(docs.map(({ name, packageName, text }) => [packageName, name, text])).toEqual([
      ['shop', 'orders', 'One row an *order*, {{ nothing }} is rendered.'],
      ['shop', '__overview__', 'Welcome'],
      ['shop', 'ours', 'as ours'],
      ['shop', 'too', 'x'],
    ])
  })

  test('descriptions of everything in YAML are rendered, with vars and target; data is not', () => {
    const nodes = described({
      'assay.yml':
        'name: shop\nvars: { team: growth }\ntargets: { dev: { type: duckdb, path: x.duckdb } }\n',
      'models/docs.md':
        '{% docs id %}the {{key}}{% enddocs %}{% docs orders %}an order{% enddocs %}',
      'models/all.yml': `
models:
  - name: orders
    description: 'Of {{var "team"}} on {{target.name}}: {{doc "shop" "orders"}}'
    meta: { description: '{{later}}' }
    columns:
      - name: id
        description: '{{doc "id"}}'
        data_tests: [{ unique: { description: 'of {{doc "id"}}' } }]
seeds: [{ name: codes, description: '{{doc "orders"}}!' }]
exposures: [{ name: board, type: ml, owner: { name: a }, description: '{{doc "id"}}' }]
sources:
  - name: raw
    description: '{{doc "id"}} of raw'
    tables: [{ name: t, description: 'plain \\{{doc}}', columns: [{ name: c, description: '{{doc "id"}}' }] }]
`,
    })
    expect(
      nodes.map((node) => [
        node.name,
        node.description,
        ...('columns' in node ? node.columns.map(({ description }) => description) : []),
        ...(node.resourceType === 'source' ? [node.sourceDescription] : []),
      ]),
    ).toEqual([
      ['board', 'the {{key}}'],
      ['orders', 'Of growth on dev: an order', 'the {{key}}'],
      ['codes', 'an order!'],
      ['t', 'plain {{doc}}', 'the {{key}}', 'the {{key}} of raw'],
      ['unique_orders_id', 'of the {{key}}'],
    ])
  })

  test('what is wrong is said with its place: no such block, two of one name, an open block, Jinja', () => {
    expect(
      saidOf({
        ...models,
        'models/a.md': '{% docs orders %}a{% enddocs %}\n{% docs orders %}b{% enddocs %}\n',
        'models/b.md': '{% docs open %} and\n{% docs bad-name %}x{% enddocs %}\n{% enddocs %}',
        'models/all.yml': `
models:
  - name: orders
    description: '{{doc "ordrs"}}'
    columns:
      - { name: id, description: "{{ doc('orders') }}" }
      - { name: x, description: '{{doc "crm" "orders"}}' }
      - { name: y, description: '{{ref "orders"}}' }
`,
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/a.md:2:1 duplicate-name: expected one docs block named "orders", found a second one = rename one of them (models/a.md:1:1 first defined here)",
        "models/all.yml:4:18 unknown-docs-block: expected the name of a docs block, found "ordrs" = did you mean "orders"?",
        "models/all.yml:6:34 jinja-syntax: expected Handlebars, found Jinja {{ doc('orders') }} = write {{doc "orders"}}",
        "models/all.yml:7:33 unknown-docs-block: expected the name of a docs block of "crm", found "orders" = write it into a .md file beside the models: {% docs orders %}..{% enddocs %}",
        "models/all.yml:8:33 unknown-name: expected the name of a helper or macro, found "ref"",
        "models/b.md:1:1 template-syntax: expected {% enddocs %} behind {% docs open %}, found {% docs bad-name %}",
        "models/b.md:2:1 template-syntax: expected a name of letters, digits and _ for a docs block, found "bad-name"",
        "models/b.md:3:1 template-syntax: expected {% docs name %} before {% enddocs %}, found none",
      ]
    `)
  })

  test('means nothing in a model', () => {
    expect(saidOf({ ...models, 'models/x.sql': 'select {{doc "orders"}}' })).toEqual([
      'models/x.sql:1:8 misplaced-helper: expected doc in a description of a properties file, found it elsewhere',
    ])
  })
})
