export { LivekeeperClient, type LivekeeperClientOptions } from "./client.ts";
export { type ClientErrorCode, LivekeeperApiError } from "./errors.ts";
export type { ExportOptions } from "./export-call.ts";
export { proposedFileName } from "./file-name.ts";
export type { FollowOptions } from "./follow.ts";
export type {
	Broadcast,
	BroadcastGifts,
	BroadcastReport,
	BroadcastWords,
	ClusterNode,
	ComparedConnection,
	ComparedConnections,
	ConfigOption,
	ConnectionLimits,
	Connections,
	CookiePairing,
	DeadLetter,
	DeliveryError,
	DoctorStep,
	FoundCookie,
	FoundRoom,
	FurtherSession,
	GiftCoverage,
	Highlight,
	Highlights,
	Identity,
	IdentityChange,
	KindCount,
	KnownGift,
	LookupExit,
	LookupWay,
	NewOverlayToken,
	NewTarget,
	OfficialBroadcast,
	OfficialProblem,
	OverlayToken,
	OverlayTokenChange,
	ProbeStep,
	QualityPoint,
	RawField,
	ReconnectStatus,
	Recording,
	ReportFigures,
	Room,
	RoomChange,
	RoomConnection,
	RoomGiftCoverage,
	RoomOfficial,
	RoomOptions,
	Series,
	SeriesPoint,
	ServiceConfig,
	SetRoomOptions,
	Sound,
	Target,
	TargetAttempt,
	TargetPreset,
	TargetPreview,
	TargetTest,
	Today,
	Update,
	Upstream,
	UsualStart,
} from "./gen/api.ts";
export type { RequestOptions } from "./http.ts";
export type { IdentitiesApi } from "./identities-api.ts";
export type { OverlayTokensApi, SoundsApi } from "./overlays-api.ts";
export type { ReopenOptions, RetryNotice } from "./reopen.ts";
export type {
	ChapterFormat,
	EventFields,
	GiftsOptions,
	HighlightsOptions,
	HistoryOptions,
	RoomHandle,
	SeriesOptions,
} from "./room-handle.ts";
export type { RoomsApi } from "./rooms-api.ts";
export type {
	Backup,
	BackupOptions,
	BackupProgress,
	ClusterNodes,
	Diagnosis,
	DiagnosisOptions,
	Readiness,
	RecordingsOptions,
	ReportedRecordings,
	SearchOptions,
	SearchPage,
} from "./service-api.ts";
export type { TargetsApi } from "./targets-api.ts";
export type { Language } from "./texts.ts";
export type { Given, HistoryPage, RoomEvent, RoomEventType, RoomItem, TruncatedNotice } from "./types.ts";
export {
	type ConnectionsApi,
	type DoctorQuestion,
	type DoctorVerdict,
	probeOutcome,
	type TriedAgain,
	type UpstreamApi,
} from "./upstream-api.ts";

export type { RoomsChange } from "./watch-rooms.ts";
