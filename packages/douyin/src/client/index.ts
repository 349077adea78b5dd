export { createUpstream, type UpstreamHandle } from "./create-upstream.ts";
export type { RoomInfo } from "./follow-room.ts";
export { DouyinLiveClient, type LiveClientEvents, type LiveClientOptions } from "./live-client.ts";
export type { UpstreamOptions } from "./upstream-options.ts";
export { type UpstreamParts, upstreamParts } from "./upstream-parts.ts";
