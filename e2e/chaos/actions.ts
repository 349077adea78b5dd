import type { CallGroup, FaultSpec, PageState } from "@livekeeper/simulator";
import type { DiskState } from "./data-disk.ts";
import type { NetworkFault } from "./network.ts";

/** Options of a room, with the names of the API. */
export interface RoomOptionsInput {
	cookie?: string;
	identity?: string;
	pinned?: boolean;
	redundancy?: number;
	sessions?: { cookie?: string }[];
}

/** Connection limits; `null` for none. */
export interface LimitsInput {
	max_connections: number | null;
	max_connections_per_identity: number | null;
}

/** An operation by a user. Operations run one at a time, and none while the service is restarting. */
export type Act =
	| { do: "stop_room" | "start_room"; room: number }
	/** `put` replaces all options. `merge` keeps those that are omitted. */
	| { do: "options"; room: number; how: "put" | "merge"; options: RoomOptionsInput }
	| { do: "limits"; limits: LimitsInput }
	| { do: "service"; signal: "SIGTERM" | "SIGKILL"; downMs: number }
	/** A user reports that the slider captcha is solved. `solved`: whether that is true. */
	| { do: "passed"; solved: boolean };

/** One action of a run. `room` counts from 0; without it, the action applies to all rooms. */
export type Action =
	| Act
	| { do: "fault"; spec: FaultSpec; room?: number }
	| { do: "network"; fault: NetworkFault; room?: number }
	| { do: "end"; room: number; pageLingersMs: number }
	| { do: "begin"; room: number }
	| { do: "page"; room: number; page: PageState }
	| { do: "rate"; room: number; rate: number }
	| { do: "burst"; room: number; messages: number }
	/** The site bans the service's address from a group of calls that share a budget. */
	| { do: "ban"; group: CallGroup; forMs: number }
	/** A batch call only answers for this many users from now on, the first of its list. */
	| { do: "batch"; ids: number }
	| { do: "disk"; state: DiskState }
	| { do: "reader"; reader: number; fault: NetworkFault };

/** `at`: ms of the service's time since the start. */
export type Step = { at: number } & Action;
