export {
	createUpstream,
	type UpstreamHandle,
	type UpstreamOptions,
	type UpstreamParts,
	upstreamParts,
} from "./create-upstream.ts";
export type { RoomInfo } from "./follow-room.ts";
export { DouyinLiveClient, type LiveClientEvents, type LiveClientOptions } from "./live-client.ts";
