import type { FastifyInstance } from "fastify";
import { checkFault, faultKinds } from "../faults/fault-spec.ts";
import type { Simulator } from "../simulator.ts";
import { type RoomParams, roomOf, roomParams } from "./room-routes.ts";
import { faultJson } from "./to-json.ts";

// The faults themselves check that a body is a fault, with the same words as for callers in code.

export function addFaultRoutes(routes: FastifyInstance, simulator: Simulator): void {
	routes.get("/faults", () => ({ kinds: faultKinds, faults: simulator.faults().map(faultJson) }));

	routes.post("/faults", (request) => faultJson(simulator.setFault(checkFault(request.body))));

	routes.delete("/faults", (_request, reply) => {
		simulator.clearFaults();
		return reply.code(204).send();
	});

	const ofRoom = { schema: { params: roomParams } };

	routes.get<{ Params: RoomParams }>("/rooms/:live_id/faults", ofRoom, (request) => {
		const room = roomOf(simulator, request.params);
		return { live_id: room.liveId, faults: room.faults().map(faultJson) };
	});

	routes.post<{ Params: RoomParams }>("/rooms/:live_id/faults", ofRoom, (request) =>
		faultJson(roomOf(simulator, request.params).setFault(checkFault(request.body))),
	);

	routes.delete<{ Params: RoomParams }>("/rooms/:live_id/faults", ofRoom, (request, reply) => {
		roomOf(simulator, request.params).clearFaults();
		return reply.code(204).send();
	});
}
