export * from "./event-log/index.ts";
