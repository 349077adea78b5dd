export {
	type AdmissionStatus,
	type Compared,
	type ComparedAll,
	hourTones,
	type QualityPoint,
	type ReconnectStatus,
	type RoomConnectionStatus,
	type RoomStatus,
	roomPriorities,
	usualStartOf,
} from "@livekeeper/engine";
export {
	Doctor,
	type DoctorStep,
	type DoctorVerdict,
	type Examination,
	natsStep,
	upstreamStep,
	wayTo,
} from "./doctor.ts";
export type { PairingView } from "./identities/cookie-pairing.ts";
export { type CookieView, IdentityBook, IdentityService, type IdentityView } from "./identities/identity-service.ts";
export { KindCounts } from "./kind-counts.ts";
export { LiveService, type StartedRoom } from "./live-service.ts";
export { LocalRooms } from "./local-rooms.ts";
export { LookupService, type LookupView, type Watcher } from "./lookup-service.ts";
export {
	isTokenSecret,
	OverlayTokens,
	type OverlayTokenView,
	ownerScope,
	type Purpose,
	type Scope,
} from "./overlay-tokens.ts";
export { type FoundRoom, RoomFinder } from "./room-finder.ts";
export type { LiveRoomStatus, RoomHost } from "./room-host.ts";
export { emptyStatus } from "./room-host.ts";
export { maxSoundBytes, Sounds, soundTooLarge, unsupportedSound } from "./sounds.ts";
export { maxUrgency, roomTroubles, troubleOf, urgencyOf } from "./trouble.ts";
