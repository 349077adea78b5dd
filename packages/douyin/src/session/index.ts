export { openSession } from "./open-session.ts";
export { pollSession } from "./poll-session.ts";
export { PushHosts } from "./push-hosts.ts";
export type { SessionDeps, Transport, TransportHandlers, TransportRequest, TransportSocket } from "./session-deps.ts";
export { handshakeRefusal, wsTransport } from "./ws-transport.ts";
