export type { WireStatus } from "../live/index.ts";
export { type Access, createAccess } from "./access.ts";
export type { App } from "./app.ts";
export { createHttpServer, type HttpDeps } from "./server.ts";
