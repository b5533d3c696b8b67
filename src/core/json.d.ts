/** A JSON value, read-only all the way down: what YAML, vars and configs hold once read. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}
export declare function isJsonObject(value: Json | undefined): value is JsonObject
export declare function isJsonArray(value: Json | undefined): value is readonly Json[]
