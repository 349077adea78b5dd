export { LivekeeperClient, type LivekeeperClientOptions } from "./client.ts";
export type { ConnectionLimits, Connections, ConnectionsApi, ReconnectStatus } from "./connections-api.ts";
export type { DoctorQuestion, DoctorStep, DoctorVerdict } from "./doctor.ts";
export { type ClientErrorCode, LivekeeperApiError } from "./errors.ts";
export type { FollowOptions } from "./follow.ts";
export type { RequestOptions } from "./http.ts";
export type { FoundCookie, IdentitiesApi, Identity, IdentityInput, ProbeStep } from "./identities-api.ts";
export type { OverlayTokensApi } from "./overlay-tokens-api.ts";
export type { ReopenOptions, RetryNotice } from "./reopen.ts";
export type { ExportOptions, GiftsOptions, HistoryOptions, RoomHandle, SeriesOptions } from "./room-handle.ts";
export type { FoundRoom, FurtherSession, RoomChange, RoomOptions, RoomsApi, SetRoomOptions } from "./rooms-api.ts";
export type { SearchOptions, SearchPage } from "./search-api.ts";
export type {
	Backup,
	BackupOptions,
	BackupProgress,
	ClusterNode,
	ClusterNodes,
	ConfigOption,
	KnownGift,
	Readiness,
	ServiceConfig,
} from "./service-api.ts";
export type { Language } from "./texts.ts";
export type {
	Broadcast,
	BroadcastGifts,
	ComparedConnection,
	ComparedConnections,
	GiftCoverage,
	HistoryPage,
	OfficialBroadcast,
	OfficialProblem,
	OfficialType,
	OverlayToken,
	QualityPoint,
	Room,
	RoomConnection,
	RoomEvent,
	RoomEventType,
	RoomGiftCoverage,
	RoomItem,
	RoomOfficial,
	Series,
	SeriesPoint,
	TruncatedNotice,
} from "./types.ts";
export type { RoomsChange } from "./watch-rooms.ts";
export type { DeadLetter, DeliveryError, Webhook, WebhookInput, WebhooksApi, WebhookTest } from "./webhooks-api.ts";
