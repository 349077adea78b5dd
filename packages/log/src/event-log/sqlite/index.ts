// Only for imports. An import works in the caller's thread, so the service loads none of this.
export { openSqliteDestination, openSqliteSource } from "./sqlite-source.ts";
