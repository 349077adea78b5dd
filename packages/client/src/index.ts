export { LivekeeperClient, type LivekeeperClientOptions } from "./client.ts";
export { type ClientErrorCode, LivekeeperApiError } from "./errors.ts";
export type { FollowOptions, RetryNotice } from "./follow.ts";
export type { RequestOptions } from "./http.ts";
export type { HistoryOptions, RoomHandle } from "./room-handle.ts";
export type { RoomOptions, RoomsApi } from "./rooms-api.ts";
export type { HistoryPage, Room, RoomEvent, RoomEventType, RoomItem, TruncatedNotice } from "./types.ts";
