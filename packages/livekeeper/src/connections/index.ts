export { failureClassOf, type RoomMemory, RoomMessageQueue, type RoomStatus } from "../rooms/index.ts";
export { ConnectionSlots } from "./connection-slots.ts";
export type { UpstreamFactory } from "./identities.ts";
export { PersistentConnectionManager } from "./persistent-connection-manager.ts";
