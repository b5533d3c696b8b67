/** How things of a project are named for ever: in the graph, in artifacts, in the ledger. */
export type ResourceType =
  | 'model'
  | 'seed'
  | 'snapshot'
  | 'source'
  | 'test'
  | 'unit_test'
  | 'analysis'
  | 'exposure'
/** `model.shop.stg_events`: resource type, project, name; a generic test has a hash behind it. */
export type UniqueId = `${ResourceType | 'operation'}.${string}`
