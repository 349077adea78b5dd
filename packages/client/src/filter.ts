/** Event filters, shared by the service's targets and by a page's notices. */
export {
	type EventFilter,
	type PersonRole,
	personRoles,
	typesOf,
	type Wants,
	wantsOf,
} from "./event-filter.ts";
export {
	countedGift,
	type GiftStep,
	type StreakDecision,
	type StreakNext,
	Streaks,
	streakNext,
	toldWithout,
} from "./gift-streaks.ts";
export { type Ahead, type RoomState, RoomStates, roomStates, type Told } from "./room-states.ts";
