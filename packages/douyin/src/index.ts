export { type Clock, sleep, systemClock, type Timer } from "./clock.ts";
export { DouyinError, type DouyinErrorOptions, type FailureReason, failureReasons } from "./errors.ts";
export type * from "./events/live-event.ts";
export type {
	Anchor,
	Cursor,
	DecodeProblem,
	DouyinUpstream,
	RoomLookup,
	SessionItem,
	SessionRequest,
} from "./upstream.ts";
