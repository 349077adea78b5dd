export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./messages.ts";
export { createSocketIoOutput, type SocketIoDeps, type SocketIoOutput } from "./socket-io-output.ts";
