/** Event filters, shared by the service's targets and by a page's notices. */
export {
	type EventCheck,
	type EventFilter,
	eventCheckOf,
	type PersonRole,
	personRoles,
	typesOf,
} from "./event-filter.ts";
export {
	countedGift,
	type GiftStep,
	notifiedWithout,
	type StreakDecision,
	type StreakNext,
	Streaks,
	streakNext,
} from "./gift-streaks.ts";
export { type Ahead, type LastNotified, type RoomState, RoomStates, roomStates } from "./room-states.ts";
