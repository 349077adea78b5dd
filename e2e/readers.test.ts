import { beforeAll, describe, expect, test } from "vitest";
import { anyPython, pythonWithSocketIo } from "./kit/followers/python-follower.ts";
import { type ReadersRunReport, readersRun } from "./kit/readers-run.ts";
import { noDifference } from "./kit/room-log.ts";

const python = pythonWithSocketIo();
const restarts = 4;
const cuts = 10;

/** The short form of `npm run trial -- readers`. */
describe(`after ${restarts} restarts of the service and ${cuts} cuts of its connection`, () => {
	let run: ReadersRunReport;

	beforeAll(async () => {
		run = await readersRun({ rate: 40, restarts, cuts, seed: 1, python });
	});

	test.each([
		"Socket.IO",
		"Socket.IO, batches",
		"SSE",
		"WebSocket",
		"WebSocket, batches",
		"@livekeeper/client",
		"@livekeeper/client, WebSocket",
		"target",
	])("%s receives exactly the room's log", (name) => expectTheLog(name));

	test.skipIf(python === undefined)("python-socketio receives exactly the room's log", () =>
		expectTheLog("python-socketio"),
	);

	test.skipIf(anyPython() === undefined)("examples/livekeeper.py receives exactly the room's log", () =>
		expectTheLog("livekeeper.py"),
	);

	test("the room's log equals what the upstream sent", () => {
		expect(run.difference).toEqual(noDifference);
	});

	test("the service exits cleanly on each SIGTERM", () => {
		expect(run.exitCodes).toEqual([0, 0]);
	});

	function expectTheLog(name: string): void {
		const report = run.followers.find((follower) => follower.name === name);
		expect(run.logged).toBeGreaterThan(200);
		expect(report).toMatchObject({
			events: run.logged,
			missing: 0,
			doubled: 0,
			partsAt: undefined,
			cuts,
			complaints: [],
		});
		expect(report?.connections).toBeGreaterThan(restarts);
	}
});

if (python === undefined) {
	console.info("python-socketio is not installed (Debian: python3-socketio, python3-aiohttp): its test is skipped");
}
