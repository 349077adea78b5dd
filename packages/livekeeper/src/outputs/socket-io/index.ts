export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./messages.ts";
export { SocketIoOutput } from "./socket-io-output.ts";
