export { createAccess } from "./access.ts";
export type { App } from "./app.ts";
export { Images } from "./images.ts";
export type { McpEndpoint } from "./routes/mcp.ts";
export { createHttpServer } from "./server.ts";
