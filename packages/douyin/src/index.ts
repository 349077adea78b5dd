import "./require-node.ts";

export {
	createUpstream,
	DouyinLiveClient,
	type LiveClientEvents,
	type LiveClientOptions,
	type RoomInfo,
	type UpstreamHandle,
	type UpstreamOptions,
} from "./client/index.ts";
export { type Clock, elapsedAt, orAbort, sleep, systemClock, type Timer, wallTime } from "./clock.ts";
export {
	type DecodeContext,
	type DecodedFrame,
	type DecodedResponse,
	decodeFrame,
	decodeResponse,
	encodeAck,
	encodeHeartbeat,
} from "./codec/index.ts";
export {
	type AbsenceReason,
	DouyinError,
	type DouyinErrorOptions,
	type FailureClass,
	type FailureReason,
	failureClasses,
	failureReasons,
	InputError,
	type InputProblem,
} from "./errors.ts";
export {
	eventBounds,
	liveEventTypes,
	type SnakeCase,
	toWire,
	typedMethods,
	type WireEvent,
	type WireOf,
	weightOf,
} from "./events/index.ts";
export type * from "./events/live-event.ts";
export {
	type CoverageEstimate,
	type CoverageState,
	GiftCounter,
	GiftCoverage,
	type GiftSeen,
	type GiftStep,
	type GiftTally,
	type KnownStreak,
	keyOfStreak,
	parseTotal,
	type RangeEstimate,
	streakIdOf,
	type TotalSeen,
	type TotalSource,
	type WithheldInterval,
} from "./gifts/index.ts";
export {
	type AsideReason,
	type LinkProblem,
	maxLinks,
	type PastedLink,
	type ResolvedLink,
	readLinks,
	type UsableLink,
} from "./links/index.ts";
export {
	type CookieForm,
	expiryInHeader,
	hasLogin,
	type LoginState,
	type LoginStatus,
	loginSession,
	type ReadCookie,
	readCookie,
	sameAccount,
} from "./login/index.ts";
export { type LiveIdProblem, type ParsedLiveId, parseLiveId, type VisitorMemory } from "./lookup/index.ts";
export { AllowedHosts, type Exchange, type ExchangeRequest, HttpClient, type HttpResponse } from "./net/index.ts";
export {
	type Callback,
	type CallbackProblem,
	type CallbackRules,
	callbackSignature,
	checkCallback,
	type EntryContext,
	fenOfDiamond,
	isOfficialType,
	lookedUpTypes,
	type OfficialType,
	officialTypes,
	parseEntries,
	type ReadEntries,
	ReplayWindow,
	readEntries,
	type SignedCallback,
} from "./official/index.ts";
export { type ProbeFinding, type ProbeOptions, type ProbeStep, probe } from "./probe.ts";
export {
	maxRetryAfterMs,
	nextRetry,
	noRetries,
	parseRetryAfter,
	type RetryRecord,
	reconnectDelayMs,
} from "./reconnect/index.ts";
export {
	type Batch,
	DedupWindow,
	type Emitted,
	type Gap,
	type GapReason,
	isId,
	type MessageIds,
	maxRemembered,
	Sequencer,
	type SequencerOptions,
} from "./sequencer/index.ts";
export type { Transport, TransportHandlers, TransportRequest, TransportSocket } from "./session/index.ts";
export {
	type CustomSignInput,
	createSigner,
	functionSigner,
	type HttpSignerOptions,
	httpSigner,
	type Signer,
	type SignerOptions,
	type SignInput,
} from "./signature/index.ts";
export {
	builtInProfile,
	callValues,
	type ProfileWay,
	type QueryField,
	type SiteCall,
	type SiteProfile,
	siteCalls,
} from "./site-profile/index.ts";
export {
	type Anchor,
	type Cursor,
	type DecodeProblem,
	type DouyinUpstream,
	type Drift,
	type DriftKind,
	type DriftListener,
	driftKinds,
	type HostAdvisor,
	type KnownRoom,
	type LookupWay,
	lookupWays,
	type RoomLookup,
	type SessionItem,
	type SessionRequest,
	type WayAnswer,
} from "./upstream.ts";
export { type RawField, type RawFields, readFields, WireError } from "./wire/index.ts";
