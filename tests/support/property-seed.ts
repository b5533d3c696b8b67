/** What properties are tried with is the same in every run, so that none fails by chance: `PROPERTY_SEED=7` tries others. */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? '1') })
