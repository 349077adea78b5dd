export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./handlers.ts";
export { SocketIoOutput } from "./socket-io-output.ts";
