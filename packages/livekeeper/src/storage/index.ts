export { KeyValueTable, keyValueSchema } from "./key-value-table.ts";
export { Conflict, changeKey, type Entry, type KeyValues } from "./key-values.ts";
export { encode, inOrder, placed } from "./ordered-values.ts";
export { keyValuesIn, SqliteKeyValues, type TableCall } from "./sqlite-key-values.ts";
export { nameOf, tokenOf } from "./token.ts";
