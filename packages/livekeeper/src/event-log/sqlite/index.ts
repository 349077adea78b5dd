// For an import alone: it works in the thread that asks, so the service loads none of it.
export { openSqliteDestination } from "./sqlite-destination.ts";
export { openSqliteSource } from "./sqlite-source.ts";
