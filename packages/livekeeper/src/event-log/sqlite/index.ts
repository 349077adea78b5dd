// For an import alone: it reads in the thread that asks, so the service loads none of it.
export { openSqliteSource } from "./sqlite-source.ts";
