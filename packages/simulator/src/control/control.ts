import type { FastifyInstance } from "fastify";
import { SimulatorError } from "../errors.ts";
import { checkFault, faultKinds } from "../faults/fault-board.ts";
import type { Simulator } from "../simulator.ts";
import { addAppRoutes } from "./app-routes.ts";
import { addIdentityRoutes, addLoginRoutes } from "./identity-routes.ts";

import { addRoomRoutes, type RoomParams, roomOf, roomParams } from "./room-routes.ts";
import { addSiteRoutes } from "./site-routes.ts";
import { connectionJson, faultJson } from "./to-json.ts";

const statusOf: Partial<Record<string, number>> = {
	unknown_room: 404,
	unknown_app: 404,
	room_exists: 409,
	wrong_state: 409,
	bad_fault: 400,
};

/** Adds the control API, under `/__sim/`, by which tests observe and control the simulator. README.md lists it. */
export function addControl(app: FastifyInstance, simulator: Simulator): void {
	app.register(
		async (routes) => {
			routes.setErrorHandler((error, _request, reply) => {
				const code = error instanceof SimulatorError ? error.code : "bad_request";
				const status = error instanceof SimulatorError ? (statusOf[code] ?? 400) : clientStatus(error);
				const message = error instanceof Error ? error.message : String(error);
				return reply.code(status).send({ error: { code: status === 500 ? "internal" : code, message } });
			});
			routes.setNotFoundHandler((request, reply) =>
				reply.code(404).send({
					error: {
						code: "unknown_route",
						message: `There is no ${request.method} ${request.url}. Try GET /__sim/rooms.`,
					},
				}),
			);
			addRoomRoutes(routes, simulator);
			addFaultRoutes(routes, simulator);
			addLoginRoutes(routes, simulator);
			addIdentityRoutes(routes, simulator);
			addAppRoutes(routes, simulator);
			addSiteRoutes(routes, simulator);
			routes.get("/connections", () => {
				const connections = simulator.connections().map(connectionJson);
				return { count: connections.length, connections };
			});
		},
		{ prefix: "/__sim" },
	);
}

/** Returns the status for an error: fastify's errors about a body are the client's fault, all others are ours. */
function clientStatus(error: unknown): number {
	if (typeof error !== "object" || error === null) return 500;
	if ("validation" in error) return 400;
	const status = "statusCode" in error ? error.statusCode : undefined;
	return typeof status === "number" && status >= 400 && status < 500 ? status : 500;
}

// The faults themselves check that a body is a fault, with the same words as for callers in code.

function addFaultRoutes(routes: FastifyInstance, simulator: Simulator): void {
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
