export { createWebsocketOutput } from "./websocket-output.ts";
