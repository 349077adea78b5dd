import type { FaultSpec, PageState } from "@livekeeper/simulator";
import type { NetworkFault } from "./network.ts";

/** What happens at one moment of a run. `room` counts from 0; without one it is for all. */
export type Action =
	| { do: "fault"; spec: FaultSpec; room?: number }
	| { do: "network"; fault: NetworkFault; room?: number }
	| { do: "end"; room: number; pageLingersMs: number }
	| { do: "begin"; room: number }
	| { do: "page"; room: number; page: PageState }
	| { do: "rate"; room: number; rate: number }
	| { do: "burst"; room: number; messages: number }
	| { do: "stop_room" | "start_room"; room: number }
	| { do: "service"; signal: "SIGTERM" | "SIGKILL"; downMs: number }
	| { do: "reader"; reader: number; fault: NetworkFault };

/** `at`: ms of the service's time from the beginning. */
export type Step = { at: number } & Action;
