export { handshakeRefusal } from "./handshake-refusal.ts";
export { openSession } from "./open-session.ts";
export { pollSession } from "./poll-session.ts";
export { PushHosts } from "./push-hosts.ts";
export type { SessionDeps } from "./session-deps.ts";
export type { Transport, TransportHandlers, TransportRequest, TransportSocket } from "./transport.ts";
export { wsTransport } from "./ws-transport.ts";
