import fc from "fast-check";
import { expect, test } from "vitest";
import type { Advice, GateRequest, Permit } from "./gate.ts";
import { OpenGate, RoomHarness } from "./room-harness.helpers.ts";
import type { LookRequest } from "./room-route.ts";

const minute = 60_000;

/** Places in which another part throws: `advice` breaks the step itself, the others an effect or its neighbourhood. */
const places = ["advice", "acquire", "failed", "look"] as const;
type Place = (typeof places)[number];

/** A room whose n-th call of each of these places throws. */
function roomWith(bugs: readonly { place: Place; nth: number }[]) {
	const calls = { advice: 0, acquire: 0, failed: 0, look: 0 };
	const breaks = (place: Place) => {
		calls[place]++;
		return bugs.some((bug) => bug.place === place && bug.nth === calls[place]);
	};
	const bug = (): never => {
		throw new Error("a bug");
	};
	class BrokenGate extends OpenGate {
		override acquire(request: GateRequest): Permit {
			return breaks("acquire") ? bug() : super.acquire(request);
		}

		override failed(failed: Parameters<OpenGate["failed"]>[0]): Advice {
			if (breaks("failed")) bug();
			if (!breaks("advice")) return super.failed(failed);
			return {
				get delayMs(): number {
					return bug();
				},
			};
		}
	}
	const room = new RoomHarness({ gate: new BrokenGate() });
	const { looks } = room;
	const look = looks.look.bind(looks);
	looks.look = (request: LookRequest) => (breaks("look") ? bug() : look(request));
	return room;
}

/** Opens what the room asks for, until it is connected or the time is over. */
async function untilConnected(room: RoomHarness, ms: number): Promise<void> {
	for (let passed = 0; passed < ms && room.state !== "connected"; passed += 1_000) {
		await room.pass(1_000);
		const last = room.upstream.sessions.at(-1);
		if (!last || last.closed || room.state !== "connecting") continue;
		last.open();
		last.frame();
		await room.settle();
	}
}

test("begins again a minute after a step threw", async () => {
	const room = roomWith([{ place: "advice", nth: 1 }]);
	await room.connect();
	await room.fail();
	expect(room.monitor.status()).toMatchObject({
		state: "reconnecting",
		reason: { code: "network", message: { en: expect.stringContaining("livekeeper itself failed") } },
	});
	const { sessions } = room.upstream;
	await room.pass(59_000);
	expect(sessions).toHaveLength(1);
	await room.pass(1_000);
	expect(sessions).toHaveLength(2);
	room.upstream.last.open();
	room.upstream.last.frame();
	await room.settle();
	expect(room.state).toBe("connected");
});

test("connects again after any exceptions, one socket at a time", async () => {
	const bug = fc.record({ place: fc.constantFrom(...places), nth: fc.integer({ min: 1, max: 4 }) });
	await fc.assert(
		fc.asyncProperty(fc.array(bug, { maxLength: 6 }), fc.integer({ min: 1, max: 4 }), async (bugs, failures) => {
			const room = roomWith(bugs);
			room.monitor.start();
			await room.settle();
			for (let n = 0; n < failures; n++) {
				await untilConnected(room, 30 * minute);
				expect(room.state).toBe("connected");
				expect(room.upstream.openSessions).toHaveLength(1);
				await room.fail();
			}
			await untilConnected(room, 30 * minute);
			expect(room.state).toBe("connected");
			expect(room.upstream.openSessions).toHaveLength(1);
			await room.monitor.stop();
			expect(room.upstream.openSessions).toHaveLength(0);
		}),
		{ numRuns: 100, examples: [[[{ place: "failed", nth: 1 }], 1]] },
	);
});
