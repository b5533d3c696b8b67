/** An entry under `exposures:` to what it says, each text of `depends_on` with its place. */
import { exposureMaturities, exposureTypes } from '../../../core/node/exposure.ts'
import { isJsonObject } from '../../../core/json.ts'
import { mergeConfigs } from '../merge-configs.ts'
import type { ExposureEntry } from './property-file.ts'
import type { PlacedText } from '../config-entry.ts'
import { readConfig } from '../settings/read-config-tree.ts'
import {
  entriesOf,
  entryOf,
  itemsOf,
  type PlacedValue,
  textOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'

/** Configs that may stand beside `config:`, which wins over them. */
const bareConfigs = new Set(['tags', 'meta', 'enabled'])

/** The schema has refused what is not among the types. */
export function readExposure(exposure: PlacedValue): ExposureEntry {
  const [label, url] = [textOf(exposure, 'label'), textOf(exposure, 'url')]
  const type = exposureTypes.find((known) => known === textOf(exposure, 'type'))
  const maturity = exposureMaturities.find((known) => known === textOf(exposure, 'maturity'))
  const owner = valueOf(exposure, 'owner')
  const json = owner === undefined ? undefined : toJson(owner)
  const bare = entriesOf(exposure).filter((entry) => bareConfigs.has(entry.key))
  return {
    name: textOf(exposure, 'name') ?? '',
    span: valueOf(exposure, 'name')?.span ?? exposure.span,
    description: textOf(exposure, 'description') ?? '',
    type: type ?? 'dashboard',
    owner: isJsonObject(json) ? json : {},
    dependsOn: itemsOf(exposure, 'depends_on').map(
      (item): PlacedText => ({
        text: item.kind === 'scalar' ? (item.text ?? String(item.value)) : '',
        span: item.span,
      }),
    ),
    config: mergeConfigs([
      readConfig(bare),
      readConfig(entriesOf(entryOf(exposure, 'config')?.value)),
    ]),
    ...(label === undefined ? {} : { label }),
    ...(url === undefined ? {} : { url }),
    ...(maturity === undefined ? {} : { maturity }),
  }
}
