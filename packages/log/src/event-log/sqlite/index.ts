// Only for imports. An import works in the caller's thread, so the service loads none of this.
export { openSqliteDestination } from "./sqlite-destination.ts";
export { openSqliteSource } from "./sqlite-source.ts";
