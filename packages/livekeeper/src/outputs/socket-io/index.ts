export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./messages.ts";
export { createSocketIoOutput } from "./socket-io-output.ts";
