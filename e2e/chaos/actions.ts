import type { CallGroup, FaultSpec, PageState } from "@livekeeper/simulator";
import type { DiskState } from "./data-disk.ts";
import type { NetworkFault } from "./network.ts";

/** Options of a room, under the names of the API. */
export interface RoomOptionsInput {
	cookie?: string;
	identity?: string;
	pinned?: boolean;
	redundancy?: number;
	sessions?: { cookie?: string }[];
}

/** Limits of connections; `null`: none. */
export interface LimitsInput {
	max_connections: number | null;
	max_connections_per_identity: number | null;
}

/** What people do to the service: one thing after the other, and none while it is being restarted. */
export type Act =
	| { do: "stop_room" | "start_room"; room: number }
	/** `put`: in the place of those it has. `merge`: those that are left out stay. */
	| { do: "options"; room: number; how: "put" | "merge"; options: RoomOptionsInput }
	| { do: "limits"; limits: LimitsInput }
	| { do: "service"; signal: "SIGTERM" | "SIGKILL"; downMs: number }
	/** A person reports that the slider is passed. `solved`: it is true. */
	| { do: "passed"; solved: boolean };

/** What happens at one moment of a run. `room` counts from 0; without one it is for all. */
export type Action =
	| Act
	| { do: "fault"; spec: FaultSpec; room?: number }
	| { do: "network"; fault: NetworkFault; room?: number }
	| { do: "end"; room: number; pageLingersMs: number }
	| { do: "begin"; room: number }
	| { do: "page"; room: number; page: PageState }
	| { do: "rate"; room: number; rate: number }
	| { do: "burst"; room: number; messages: number }
	/** The site bans the service's address from the calls that it counts together. */
	| { do: "ban"; group: CallGroup; forMs: number }
	/** From now on a batch call answers for so many people, the first of its list. */
	| { do: "batch"; ids: number }
	| { do: "disk"; state: DiskState }
	| { do: "reader"; reader: number; fault: NetworkFault };

/** `at`: ms of the service's time from the beginning. */
export type Step = { at: number } & Action;
